import t from 'tap'
import type { JoinConfiguration } from '../../src/config/v1beta4.ts'
import { memoryHost, type MemoryHost } from '../../src/host/memory.ts'
import type { JoinContext } from '../../src/join/context.ts'
import { kubeletStart } from '../../src/join/kubelet-start.ts'
import { memoryCluster } from '../fixtures/cluster.ts'
import { joinOf } from '../fixtures/join.ts'

async function start(host: MemoryHost, kubelet: Record<string, unknown> = {}, changed: Partial<JoinConfiguration> = {}, { resuming, registered } = { resuming: false, registered: false }) {
  const context: JoinContext = {
    configuration: joinOf('192.0.2.1:6443', changed), host, emit: () => {}, resuming,
    target: async () => ({ server: 'https://[2001:db8::1]:6443', ca: 'the CA\n', cluster: memoryCluster(), kubelet, registered }),
  }
  await kubeletStart.run?.(context)
  return (path: string) => host.disk.get(path)
}

t.test('everything that the kubelet needs is there before it starts', async t => {
  const host = memoryHost({ services: { kubelet: { active: true } } })
  const file = await start(host, { clusterDomain: 'cluster.local' })
  t.same(host.ran, ['stop kubelet', 'start kubelet'])
  t.match(file('/etc/kubernetes/bootstrap-kubelet.conf'), { mode: 0o600, content: /server: https:\/\/\[2001:db8::1\]:6443\n[\s\S]*token: abcdef\.0123456789abcdef/ })
  t.match(file('/etc/kubernetes/pki/ca.crt'), { mode: 0o644, content: 'the CA\n' })
  t.match(file('/var/lib/kubelet/config.yaml'), { mode: 0o644, content: 'clusterDomain: cluster.local\ncontainerRuntimeEndpoint: unix:///var/run/containerd/containerd.sock\n' })
  t.match(file('/var/lib/kubelet/instance-config.yaml'), { mode: 0o644, content: 'containerRuntimeEndpoint: unix:///var/run/containerd/containerd.sock\n' })
  t.match(file('/var/lib/kubelet/kubeadm-flags.env'), { mode: 0o644, content: 'KUBELET_KUBEADM_ARGS=""\n' })
  t.match(file('/etc/kubernetes/manifests'), { kind: 'directory', mode: 0o700 })
})

t.test('a name of its own and taints reach the kubelet\'s command line', async t => {
  const nodeRegistration = { ...joinOf('').nodeRegistration, name: 'shop-1', taints: [{ key: 'dedicated', value: 'shop', effect: 'NoSchedule' as const }] }
  t.equal((await start(memoryHost(), {}, { nodeRegistration }))('/var/lib/kubelet/kubeadm-flags.env')?.content,
    'KUBELET_KUBEADM_ARGS="--hostname-override=shop-1 --register-with-taints=dedicated=shop:NoSchedule"\n')
})

t.test('the CA is where the configuration wants it and where the cluster\'s kubelets look for it', async t => {
  const elsewhere = { authentication: { x509: { clientCAFile: '/data/pki/ca.crt' } } }
  const file = await start(memoryHost(), elsewhere, { caCertPath: '/opt/ca.crt' })
  t.equal(file('/opt/ca.crt')?.content, 'the CA\n')
  t.equal(file('/data/pki/ca.crt')?.content, 'the CA\n')
  t.notOk(file('/etc/kubernetes/pki/ca.crt'))

  const present = await start(memoryHost({ files: { '/data/pki/ca.crt': 'somebody else\'s' } }), elsewhere)
  t.equal(present('/data/pki/ca.crt')?.content, 'somebody else\'s')
})

t.test('when one file cannot be written, no other is still being written behind the failure', async t => {
  const memory = memoryHost({ services: { kubelet: {} } })
  let late = false
  const host: MemoryHost = {
    ...memory,
    files: {
      ...memory.files,
      write: async path => {
        if (path === '/etc/kubernetes/pki/ca.crt') throw new Error('no space')
        await new Promise(resolve => { setTimeout(resolve, 1) })
        late = true
      },
    },
  }
  await t.rejects(start(host), { message: 'no space' })
  t.equal(late, true)
  t.same(host.ran, [], 'the kubelet is not started')
})

t.test('going on, the kubelet\'s kubeconfig is kept only with the certificate that it names', async t => {
  const files = { '/etc/kubernetes/kubelet.conf': 'x' }
  t.ok((await start(memoryHost({ files }), {}, {}, { resuming: true, registered: true }))('/etc/kubernetes/kubelet.conf'))
  t.notOk((await start(memoryHost({ files }), {}, {}, { resuming: true, registered: false }))('/etc/kubernetes/kubelet.conf'))
})
