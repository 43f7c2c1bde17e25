import t from 'tap'
import { memoryHost, type MemoryHostOptions } from '../../src/host/memory.ts'
import type { Check } from '../../src/preflight/check.ts'
import { firewalld } from '../../src/preflight/firewall.ts'
import { nodeName } from '../../src/preflight/host-name.ts'
import { forwarding } from '../../src/preflight/kernel-settings.ts'
import { checkMachine, type Before } from '../../src/preflight/machine.ts'
import { portFree } from '../../src/preflight/ports.ts'
import { isPrivilegedUser } from '../../src/preflight/privileges.ts'
import { programExists } from '../../src/preflight/programs.ts'
import { memory, numCpu, swap } from '../../src/preflight/resources.ts'
import { writable } from '../../src/preflight/writable.ts'
import { found } from '../fixtures/found.ts'

t.test('root', async t => {
  t.strictSame((await found([isPrivilegedUser])).names, [])
  t.strictSame((await found([isPrivilegedUser], { machine: { uid: 1000 } })).names, ['error IsPrivilegedUser'])
})

t.test('without root nothing else is looked at', async t => {
  const never: Check = { name: 'Never', run: async () => t.fail('ran') as never }
  await t.rejects(checkMachine(memoryHost({ machine: { uid: 1 } }), [], () => {}, false, () => [never]), { code: 'preflight-failed' })
})

t.test('what stands on the machine is handed to the list', async t => {
  const seen: Before[] = []
  const files = { '/etc/kubernetes/kubelet.conf': '    server: https://192.0.2.1:6443\n', '/etc/kubernetes/manifests/kube-apiserver.yaml': '' }
  for (const resuming of [false, true]) await checkMachine(memoryHost({ files }), [], () => {}, resuming, before => { seen.push(before); return [] })
  t.strictSame(seen, [
    { resuming: false, membership: { role: 'control plane', server: 'https://192.0.2.1:6443' } },
    { resuming: true, membership: undefined },
  ])
})

t.test('CPUs and memory', async t => {
  t.strictSame((await found([numCpu, memory], { machine: { cpus: 2, memory: 1700 * 2 ** 20 } })).lines, [])
  t.strictSame((await found([numCpu, memory], { machine: { cpus: 1, memory: 1700 * 2 ** 20 - 1 } })).lines, [
    'error NumCPU: This machine has 1 CPU; a control plane needs at least 2.',
    'error Mem: This machine has 1699 MiB of memory; a control plane needs at least 1700.',
  ])
})

t.test('swap', async t => {
  const plain = async () => ({})
  const header = 'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n'
  const used = { files: { '/proc/swaps': `${header}/dev/sda2                               partition\t8388604\t0\t-2\n` } }
  t.strictSame((await found([swap(plain)], { files: { '/proc/swaps': header } })).names, [])
  t.strictSame((await found([swap(plain)])).names, [], 'no such file: no swap')
  const { findings: [finding] } = await found([swap(plain)], used)
  t.match(finding, { check: 'Swap', level: 'warning', message: /\/dev\/sda2/ })
  t.match(finding?.fix[0], /^swapoff -a/)
  t.strictSame((await found([swap(async () => ({ failSwapOn: false }))], used)).names, [])
})

t.test('ports', async t => {
  const check = portFree(6443, 'API server', 'Or another')
  t.strictSame((await found([check])).names, [])
  const busy = (stdout: string, exitCode = 0): MemoryHostOptions =>
    ({ busyPorts: [6443], commands: { 'ss -H -l -t -n -p sport = :6443': { stdout, exitCode } } })

  const nginx = await found([check], busy('LISTEN 0 511 *:6443 *:* users:(("nginx",pid=812,fd=6),("nginx",pid=811,fd=6))'))
  t.strictSame(nginx.lines, ['error Port-6443: Port 6443, which the API server needs, is taken by nginx (process 812).'])
  t.strictSame(nginx.fixes, ['Stop it: kill 812', 'Or another'])

  const ours = await found([check], busy('LISTEN 0 4096 *:6443 *:* users:(("kube-apiserver",pid=9,fd=3))'))
  t.match(ours.fixes[0], /kubeadm reset$/)

  const unknown = await found([check], busy('', 127))
  t.strictSame(unknown.lines, ['error Port-6443: Port 6443, which the API server needs, is taken.'])
  t.match(unknown.fixes[0], /ss -ltnp 'sport = :6443'$/)
})

t.test('forwarding', async t => {
  const checks = [forwarding(4), forwarding(6)]
  const on = { '/proc/sys/net/ipv4/ip_forward': '1\n', '/proc/sys/net/ipv6/conf/default/forwarding': '1\n' }
  t.strictSame((await found(checks, { files: on })).names, [])
  const off = await found(checks, { files: { '/proc/sys/net/ipv4/ip_forward': '0\n' } })
  t.strictSame(off.names, ['error FileContent--proc-sys-net-ipv4-ip_forward', 'error FileContent--proc-sys-net-ipv6-conf-default-forwarding'])
  t.equal(off.fixes[0], 'sysctl -w net.ipv4.ip_forward=1')
  t.match(off.findings[1]?.message, /no setting net\.ipv6\.conf\.default\.forwarding/)
})

t.test('programs', async t => {
  const check = programExists('losetup', 'The kubelet', 'mount')
  t.strictSame((await found([check], { programs: ['losetup'] })).names, [])
  const missing = await found([check])
  t.strictSame(missing.lines, ['error FileExisting-losetup: The kubelet needs the program losetup, which is not in PATH.'])
  t.match(missing.fixes[0], /apt-get install -y mount /)
})

t.test('firewalld', async t => {
  const check = firewalld([6443, 10250])
  t.strictSame((await found([check])).names, [], 'not installed')
  t.strictSame((await found([check], { services: { firewalld: { active: false } } })).names, [])
  const active = await found([check], { services: { firewalld: { active: true } } })
  t.strictSame(active.names, ['warning Firewalld'])
  t.equal(active.fixes[0], 'firewall-cmd --permanent --add-port=6443/tcp --add-port=10250/tcp && firewall-cmd --reload')
})

t.test('the node\'s name', async t => {
  t.strictSame((await found([nodeName('node-1')], { machine: { lookup: { 'node-1': ['192.0.2.10'] } } })).names, [])
  const unknown = await found([nodeName('node-1')])
  t.match(unknown.lines, [/^warning Hostname: .*"node-1" has no address/])
  t.strictSame(unknown.fixes, ['echo "192.0.2.10 node-1" >> /etc/hosts'])
  t.match((await found([nodeName('-node')])).lines, [/^warning Hostname: "-node" does not work well/])
  t.match((await found([nodeName('n'.repeat(64))])).names, ['warning Hostname'])
})

t.test('no name server answers', async t => {
  const host = memoryHost()
  const deaf = { ...host, machine: { ...host.machine, lookup: async () => await new Promise<never>(() => {}) } }
  t.match((await found([nodeName('node-1')], deaf)).lines, [/^warning Hostname: .*no name server answers/])
})

t.test('read-only filesystems', async t => {
  const mounts = (...lines: string[]) => ({ files: { '/proc/mounts': `${lines.join('\n')}\n` } })
  const check = writable('/etc/kubernetes')
  t.strictSame((await found([check], mounts('/dev/vda / ext4 rw,relatime 0 0', 'x /etc/kube tmpfs ro 0 0'))).names, [])
  t.strictSame((await found([check], mounts('/dev/vda / ext4 ro 0 0', '/dev/vdb /etc ext4 rw,errors=remount-ro 0 0'))).names, [])
  const readOnly = await found([check], mounts('/dev/vda / ext4 rw 0 0', 'overlay /etc overlay ro,relatime 0 0'))
  t.strictSame(readOnly.lines, ['error DirWritable--etc-kubernetes: /etc/kubernetes cannot be written: the filesystem at /etc is mounted read-only.'])
  t.strictSame(readOnly.fixes, ['mount -o remount,rw /etc'])
})
