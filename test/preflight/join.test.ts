import t from 'tap'
import { memoryHost } from '../../src/host/memory.ts'
import { checkJoin, joinChecks } from '../../src/preflight/join.ts'
import { controlPlane } from '../fixtures/control-plane.ts'
import { joinOf as join } from '../fixtures/join.ts'

const fresh = { resuming: false, membership: undefined }
const names = (...given: Parameters<typeof joinChecks>) => joinChecks(...given).map(({ name }) => name)

t.test('what is looked at', async t => {
  t.strictSame(names(join('192.0.2.1:6443'), fresh), [
    'FileAvailable--etc-kubernetes-kubelet.conf', 'FileAvailable--etc-kubernetes-bootstrap-kubelet.conf', 'Port-10250', 'FileAvailable--etc-kubernetes-pki-ca.crt',
    'DirWritable--etc-kubernetes', 'DirWritable--var-lib-kubelet', 'CRI', 'ContainerRuntimeVersion', 'Swap',
    'FileExisting-losetup', 'FileExisting-mount', 'FileExisting-cp', 'SystemVerification', 'SystemVerification', 'SystemVerification',
    'Hostname', 'Service-kubelet', 'KubeletVersion', 'HTTPProxy', 'FileContent--proc-sys-net-ipv4-ip_forward',
  ])
})

t.test('forwarding by the family of the master\'s address', async t => {
  const settings = (endpoint: string) => names(join(endpoint), fresh).filter(name => name.startsWith('FileContent-'))
  t.strictSame(settings('[2001:db8::1]:6443'), ['FileContent--proc-sys-net-ipv6-conf-default-forwarding'])
  t.strictSame(settings('master.example:6443'), [], 'a name does not tell')
})

t.test('a control plane brings its CA along', async t => {
  const list = names(join('192.0.2.1:6443', { controlPlane: { localAPIEndpoint: controlPlane.localAPIEndpoint } }), fresh)
  t.notOk(list.includes('FileAvailable--etc-kubernetes-pki-ca.crt'))
})

t.test('going on, and a machine that has joined', async t => {
  const leftovers = (...given: Parameters<typeof joinChecks>) => names(...given).filter(name => /^(Port|FileAvailable)-|Existing(?!-)/.test(name))
  t.strictSame(leftovers(join('192.0.2.1:6443'), { resuming: true, membership: undefined }), [])
  t.strictSame(leftovers(join('192.0.2.1:6443'), { resuming: false, membership: { role: 'node', server: 'x' } }), ['ExistingCluster'])
})

t.test('the cluster\'s kubelet settings are asked for only where something hangs on them', async t => {
  let asked = 0
  const kubelet = async () => { asked++; return { failCgroupV1: false } }
  const levels = async (mounts: string) => {
    const found: string[] = []
    const host = memoryHost({ files: { '/proc/mounts': mounts, '/boot/config-6.1.0': 'CONFIG_INET=y' }, commands: { 'kubelet --version': 'Kubernetes v1.36.3' } })
    await checkJoin(join('192.0.2.1:6443'), host, false, event => {
      if (event.type === 'finding' && /uses cgroup v1/.test(event.message)) found.push(event.level)
    }, kubelet).catch(() => {})
    return found
  }
  t.strictSame(await levels('c /sys/fs/cgroup cgroup2 rw 0 0\n'), [])
  t.equal(asked, 0)
  t.strictSame(await levels('c /sys/fs/cgroup/cpu cgroup rw 0 0\n'), ['warning'])
  t.equal(asked, 1)
})
