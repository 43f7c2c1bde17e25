import t from 'tap'
import { load } from 'js-yaml'
import { memoryHost } from '../../src/host/memory.ts'
import { bootstrapToken } from '../../src/phases/bootstrap-token.ts'
import { verifySignature } from '../../src/token/token.ts'
import { memoryCluster } from '../fixtures/cluster.ts'
import { initContext, planOf } from '../fixtures/init-plan.ts'

const machine = () => memoryHost({ files: { '/etc/kubernetes/pki/ca.crt': 'the CA' } })
const clusterInfo = 'ConfigMap kube-public/cluster-info'

t.test('one apply: Secret, rights, and cluster-info signed with the token', async t => {
  const context = initContext(planOf(), machine())
  await bootstrapToken.run?.(context)
  t.equal(context.cluster.applied.length, 1)
  t.ok(context.cluster.objects.has('Secret kube-system/bootstrap-token-abcdef'))
  const data = context.cluster.objects.get(clusterInfo)?.['data'] as Record<string, string>
  t.match(load(data['kubeconfig'] ?? ''), { clusters: [{ name: '', cluster: {
    'server': 'https://192.0.2.10:6443', 'certificate-authority-data': Buffer.from('the CA').toString('base64'),
  } }] })
  t.ok(verifySignature(data['jws-kubeconfig-abcdef'] ?? '', data['kubeconfig'] ?? '', { id: 'abcdef', secret: '0123456789abcdef' }))
})

t.test('again, with another token: the first one\'s signature stays', async t => {
  const cluster = memoryCluster()
  await bootstrapToken.run?.(initContext(planOf(), machine(), cluster))
  const tokens = (token: string) => planOf(`apiVersion: kubeadm.k8s.io/v1beta4\nkind: InitConfiguration\nbootstrapTokens: [{ token: ${token} }]`)
  await bootstrapToken.run?.(initContext(tokens('ghijkl.0123456789abcdef'), machine(), cluster))
  t.same(Object.keys(cluster.objects.get(clusterInfo)?.['data'] as object).toSorted(), ['jws-kubeconfig-abcdef', 'jws-kubeconfig-ghijkl', 'kubeconfig'])
})

t.test('signatures of what cluster-info no longer says are dropped', async t => {
  const cluster = memoryCluster([{
    apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'cluster-info', namespace: 'kube-public' },
    data: { 'kubeconfig': 'kind: Config\n', 'jws-kubeconfig-ghijkl': 'old' },
  }])
  await bootstrapToken.run?.(initContext(planOf(), machine(), cluster))
  t.same(Object.keys(cluster.objects.get(clusterInfo)?.['data'] as object).toSorted(), ['jws-kubeconfig-abcdef', 'kubeconfig'])
})

t.test('a token that may not sign has no signature', async t => {
  const context = initContext(planOf('apiVersion: kubeadm.k8s.io/v1beta4\nkind: InitConfiguration\nbootstrapTokens: [{ token: abcdef.0123456789abcdef, usages: [authentication] }]'), machine())
  await bootstrapToken.run?.(context)
  t.same(Object.keys(context.cluster.objects.get(clusterInfo)?.['data'] as object), ['kubeconfig'])
})

t.test('without the CA nothing is applied', async t => {
  const context = initContext()
  await t.rejects(bootstrapToken.run?.(context) ?? Promise.resolve(), { code: 'ca-missing', message: /\/etc\/kubernetes\/pki\/ca\.crt/ })
  t.same(context.cluster.applied, [])
})
