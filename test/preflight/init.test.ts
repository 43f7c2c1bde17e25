import t from 'tap'
import type { InitPlan } from '../../src/config/v1beta4.ts'
import { memoryHost, type MemoryHostOptions } from '../../src/host/memory.ts'
import { checkInit, initChecks } from '../../src/preflight/init.ts'
import { Problem } from '../../src/core/problem.ts'
import { controlPlaneWith } from '../fixtures/control-plane.ts'
import { found } from '../fixtures/found.ts'

const planWith = (...overrides: Parameters<typeof controlPlaneWith>) =>
  ({ ...controlPlaneWith(...overrides), kubelet: {}, kubeProxy: {} }) as unknown as InitPlan
const plan = planWith({})
const fresh = { resuming: false, membership: undefined }
const names = (...given: Parameters<typeof initChecks>) => initChecks(...given).map(({ name }) => name)

/** A machine on which init succeeds. */
const machine = {
  files: {
    '/proc/swaps': 'Filename\n', '/proc/mounts': 'd / ext4 rw 0 0\nc /sys/fs/cgroup cgroup2 rw 0 0\n', '/proc/sys/net/ipv4/ip_forward': '1\n',
    '/sys/fs/cgroup/cgroup.controllers': 'cpuset cpu io memory hugetlb pids\n',
    '/boot/config-6.1.0': ['NAMESPACES', 'NET_NS', 'PID_NS', 'IPC_NS', 'UTS_NS', 'CPUSETS', 'MEMCG', 'INET', 'EXT4_FS', 'PROC_FS', 'CGROUPS', 'CGROUP_PIDS', 'CGROUP_SCHED',
      'NETFILTER_XT_TARGET_REDIRECT', 'NETFILTER_XT_MATCH_COMMENT', 'FAIR_GROUP_SCHED', 'CGROUP_BPF'].map(name => `CONFIG_${name}=y`).join('\n'),
  },
  commands: { 'kubelet --version': 'Kubernetes v1.36.3' },
  programs: ['kubectl', 'losetup', 'mount', 'cp'],
  services: { kubelet: { enabled: true } },
  machine: { lookup: { 'kube-master': ['192.0.2.10'] } },
  containerRuntime: { status: async () => ({ runtimeName: 'containerd', runtimeVersion: 'v2.3.7', ready: true, reason: '', cgroupDriver: 'systemd' as const }) },
} satisfies MemoryHostOptions

t.test('what is looked at', async t => {
  t.strictSame(names(plan, fresh), [
    'NumCPU', 'Mem', 'KubernetesVersion', 'Firewalld', 'Port-6443', 'Port-10259', 'Port-10257',
    'FileAvailable--etc-kubernetes-manifests-kube-apiserver.yaml', 'FileAvailable--etc-kubernetes-manifests-kube-controller-manager.yaml',
    'FileAvailable--etc-kubernetes-manifests-kube-scheduler.yaml', 'FileAvailable--etc-kubernetes-manifests-etcd.yaml',
    'Port-10250', 'Port-2379', 'Port-2380', 'DirAvailable--var-lib-etcd', 'HTTPProxy', 'HTTPProxyCIDR', 'FileExisting-kubectl',
    'DirWritable--etc-kubernetes', 'DirWritable--var-lib-kubelet', 'CRI', 'ContainerRuntimeVersion', 'Swap',
    'FileExisting-losetup', 'FileExisting-mount', 'FileExisting-cp', 'SystemVerification', 'SystemVerification', 'SystemVerification',
    'Hostname', 'Service-kubelet', 'KubeletVersion', 'FileContent--proc-sys-net-ipv4-ip_forward',
  ])
})

t.test('another port, two families, etcd elsewhere', async t => {
  const external = { endpoints: [], httpEndpoints: [], caFile: '', certFile: '', keyFile: '' }
  const list = names(planWith({
    cluster: { etcd: { external }, networking: { serviceSubnet: '10.96.0.0/12,fd00:96::/112', podSubnet: '10.244.0.0/16,fd00:244::/56', dnsDomain: 'cluster.local' } },
    localAPIEndpoint: { bindPort: 8443 },
  }), fresh)
  t.ok(list.includes('Port-8443'))
  t.notOk(list.includes('Port-6443'))
  t.equal(list.filter(name => name === 'HTTPProxyCIDR').length, 4)
  t.ok(list.includes('FileContent--proc-sys-net-ipv6-conf-default-forwarding'))
  t.ok(list.includes('ExternalEtcdVersion'))
  t.ok(list.includes('ExternalEtcdClientCertificates'))
  for (const name of ['Port-2379', 'Port-2380', 'DirAvailable--var-lib-etcd']) t.notOk(list.includes(name), name)
  t.ok(list.includes('FileAvailable--etc-kubernetes-manifests-etcd.yaml'), 'as upstream')
})

t.test('going on with an init that was cut off', async t => {
  const list = names(plan, { resuming: true, membership: undefined })
  t.strictSame(list.filter(name => /^(Port|FileAvailable|DirAvailable)-/.test(name)), [])
  t.ok(list.includes('CRI'))
})

t.test('a machine that is part of a cluster', async t => {
  const list = names(plan, { resuming: false, membership: { role: 'node', server: 'https://192.0.2.1:6443' } })
  t.strictSame(list.filter(name => /^(Port|FileAvailable|DirAvailable)-|ExistingCluster/.test(name)), ['ExistingCluster'])
})

t.test('a machine that is fit', async t => {
  t.strictSame((await found(initChecks(plan, fresh), machine)).lines, [])
})

t.test('swap and cgroup v1 are fine with a kubelet that is told so', async t => {
  const old = {
    ...machine,
    files: { ...machine.files, '/proc/swaps': 'Filename\n/dev/sda2 partition\n', '/proc/mounts': 'c /sys/fs/cgroup/cpu cgroup rw 0 0\n',
      '/proc/cgroups': ['cpu', 'cpuacct', 'cpuset', 'devices', 'freezer', 'memory', 'pids', 'hugetlb', 'blkio'].map(name => `${name} 1 1 1`).join('\n'),
      '/boot/config-6.1.0': `${machine.files['/boot/config-6.1.0']}\nCONFIG_CGROUP_CPUACCT=y\nCONFIG_CGROUP_DEVICE=y\nCONFIG_CGROUP_FREEZER=y\n` },
  }
  t.strictSame((await found(initChecks(plan, fresh), old)).names, ['warning Swap', 'error SystemVerification'])
  t.strictSame((await found(initChecks({ ...plan, kubelet: { failSwapOn: false, failCgroupV1: false } }, fresh), old)).names, ['warning SystemVerification'])
})

t.test('the whole: an empty machine', async t => {
  const findings: string[] = []
  const host = memoryHost({ commands: { 'kubelet --version': { exitCode: 127 } }, machine: { cpus: 1 } })
  const problem = await checkInit(plan, host, false, event => { if (event.type === 'finding') findings.push(`${event.level} ${event.check}`) })
    .then(() => undefined, (error: unknown) => error)
  t.ok(problem instanceof Problem)
  t.strictSame(findings, [
    'error NumCPU', 'error FileExisting-kubectl', 'warning ContainerRuntimeVersion', 'error FileExisting-losetup', 'error FileExisting-mount', 'error FileExisting-cp',
    'error SystemVerification', 'error SystemVerification', 'warning Hostname', 'warning Service-kubelet', 'error KubeletVersion',
    'error FileContent--proc-sys-net-ipv4-ip_forward',
  ])
  t.notOk(findings.includes('error ImagePull'), 'nothing is pulled on a machine that is refused')
})

t.test('the whole: fit, and the images are pulled', async t => {
  const pulled: string[] = []
  const host = memoryHost({ ...machine, containerRuntime: { ...machine.containerRuntime, images: async () => ['registry.k8s.io/etcd:3.6.8-0'], pull: async image => { pulled.push(image) } } })
  await checkInit(plan, host, false, event => { if (event.type === 'finding') t.fail(event.message) })
  t.ok(pulled.includes('registry.k8s.io/kube-apiserver:v1.36.3'))
  t.notOk(pulled.includes('registry.k8s.io/etcd:3.6.8-0'))
})
