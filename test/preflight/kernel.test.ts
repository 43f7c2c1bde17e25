import t from 'tap'
import { cgroups, cgroupVersion } from '../../src/preflight/cgroups.ts'
import { kernelOptions, kernelVersion } from '../../src/preflight/kernel.ts'
import { memoryHost } from '../../src/host/memory.ts'
import { found } from '../fixtures/found.ts'

t.test('kernel versions', async t => {
  const names = async (kernel: string) => (await found([kernelVersion], { machine: { kernel } })).names
  for (const kernel of ['5.4.0-150-generic', '5.10.0', '5.15.1', '6.1.0-13-amd64', '6.18.44', '7.0.1', '10.1.2']) t.strictSame(await names(kernel), [], kernel)
  for (const kernel of ['4.19.0', '5.11.0', '5.100.1', '3.10.0-1160.el7.x86_64']) t.strictSame(await names(kernel), ['warning SystemVerification'], kernel)
})

const options = ['NAMESPACES', 'NET_NS', 'PID_NS', 'IPC_NS', 'UTS_NS', 'CPUSETS', 'MEMCG', 'INET', 'EXT4_FS', 'PROC_FS', 'NETFILTER_XT_TARGET_REDIRECT',
  'NETFILTER_XT_MATCH_COMMENT', 'FAIR_GROUP_SCHED', 'CGROUPS', 'CGROUP_PIDS', 'CGROUP_SCHED', 'CGROUP_BPF', 'CGROUP_CPUACCT', 'CGROUP_DEVICE', 'CGROUP_FREEZER']
const configuration = (without: readonly string[] = []) =>
  options.filter(option => !without.includes(option)).map((option, index) => `CONFIG_${option}=${index % 2 ? 'y' : 'm'}`).join('\n')
const check = kernelOptions(async () => 2)

t.test('the running kernel\'s own configuration', async t => {
  const machine = (stdout: string) => ({ files: { '/proc/config.gz': '' }, commands: { 'gzip -dc /proc/config.gz': stdout } })
  t.strictSame((await found([check], machine(configuration()))).names, [])
  const { lines } = await found([check], machine(`${configuration(['MEMCG', 'CGROUP_BPF', 'CGROUP_DEVICE'])}\n# CONFIG_MEMCG is not set\nCONFIG_MEMCG_KMEM=y`))
  t.strictSame(lines, ['error SystemVerification: The kernel 6.1.0 lacks what containers need: CONFIG_MEMCG, CONFIG_CGROUP_BPF.'])
  const version1 = await found([kernelOptions(async () => 1)], machine(configuration(['CGROUP_BPF', 'CGROUP_DEVICE'])))
  t.match(version1.lines, [/: CONFIG_CGROUP_DEVICE\.$/])
})

t.test('a configuration on disk, and an option under another name', async t => {
  const text = `${configuration(['NETFILTER_XT_TARGET_REDIRECT'])}\nCONFIG_IP_NF_TARGET_REDIRECT=m\n`
  for (const path of ['/boot/config-6.1.0', '/usr/src/linux/.config', '/lib/modules/6.1.0/build/.config']) {
    t.strictSame((await found([check], { files: { [path]: text } })).names, [], path)
  }
})

t.test('no configuration anywhere', async t => {
  const { names, fixes } = await found([check])
  t.strictSame(names, ['error SystemVerification'])
  t.equal(fixes[0], 'modprobe configs')
})

const version2 = (controllers: string) => ({ '/proc/mounts': 'cgroup2 /sys/fs/cgroup cgroup2 rw 0 0\n', '/sys/fs/cgroup/cgroup.controllers': `${controllers}\n` })
const rows = ['cpu', 'cpuacct', 'cpuset', 'devices', 'freezer', 'memory', 'pids', 'hugetlb', 'blkio']
const version1 = (disabled: readonly string[] = []) => ({
  '/proc/mounts': 'tmpfs /sys/fs/cgroup tmpfs rw 0 0\ncgroup /sys/fs/cgroup/memory cgroup rw,memory 0 0\ncgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0\n',
  '/proc/cgroups': `#subsys_name\thierarchy\tnum_cgroups\tenabled\n${rows.map(name => `${name}\t1\t1\t${disabled.includes(name) ? 0 : 1}`).join('\n')}\n`,
})
const kubelet = (version: string) => ({ 'kubelet --version': `Kubernetes v${version}` })
const plain = async () => ({})

t.test('which cgroups', async t => {
  t.equal(await cgroupVersion(memoryHost({ files: version2('') })), 2)
  t.equal(await cgroupVersion(memoryHost({ files: version1() })), 1, 'a hybrid')
  t.equal(await cgroupVersion(memoryHost()), undefined)
})

t.test('cgroup v2', async t => {
  t.strictSame((await found([cgroups(plain)], { files: version2('cpuset cpu io memory hugetlb pids rdma') })).names, [])
  const lacking = await found([cgroups(plain)], { files: version2('cpuset cpu pids') })
  t.match(lacking.lines, [/^error SystemVerification: Cgroup v2 lacks the required controller memory /, /^warning SystemVerification: .*optional controllers hugetlb, io /])
  t.match(lacking.fixes[0], /cgroup_enable=memory/)
})

t.test('cgroup v1 is refused by kubelets from 1.35 on, unless they are told otherwise', async t => {
  const names = async (version: string, settings: object = {}) =>
    (await found([cgroups(async () => ({ ...settings }))], { files: version1(), commands: kubelet(version) })).names
  t.strictSame(await names('1.36.3'), ['error SystemVerification'])
  t.strictSame(await names('1.35.0-alpha.1'), ['error SystemVerification'])
  t.strictSame(await names('1.34.9'), ['warning SystemVerification'])
  t.strictSame(await names('1.36.3', { failCgroupV1: false }), ['warning SystemVerification'])
})

t.test('cgroup v1 without a controller, or without a kubelet', async t => {
  const disabled = await found([cgroups(async () => ({ failCgroupV1: false }))], { files: version1(['memory', 'blkio']), commands: kubelet('1.36.3') })
  t.match(disabled.lines, [/^warning/, /^error .*controller memory \(\/proc\/cgroups\)/, /^warning .*controller blkio/])
  const missing = await found([cgroups(plain)], { files: version1(), commands: { kubelet: { exitCode: 127 } } })
  t.strictSame(missing.names, ['error SystemVerification'])
})

t.test('no cgroups', async t => {
  t.match((await found([cgroups(plain)])).lines, [/^error SystemVerification: No control groups/])
})
