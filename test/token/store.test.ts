import t from 'tap'
import { sign } from '../../src/token/token.ts'
import { createToken, deleteToken, listTokens } from '../../src/token/store.ts'
import { memoryCluster } from '../fixtures/cluster.ts'

const now = new Date('2026-01-01T00:00:00Z')
const token = (text: string, ttl: string) =>
  ({ token: text, ttl, usages: ['signing', 'authentication'], groups: ['system:bootstrappers:kubeadm:default-node-token'] }) as const
const first = token('abcdef.0123456789abcdef', '2h0m0s')
const clusterInfo = {
  apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'cluster-info', namespace: 'kube-public' }, data: { kubeconfig: 'kind: Config\n' },
}

t.test('a new token signs cluster-info at once', async t => {
  const cluster = memoryCluster([clusterInfo])
  await createToken(cluster, first, now)
  t.ok(cluster.objects.has('Secret kube-system/bootstrap-token-abcdef'))
  t.strictSame(cluster.objects.get('ConfigMap kube-public/cluster-info')?.['data'], {
    'kubeconfig': 'kind: Config\n',
    'jws-kubeconfig-abcdef': sign('kind: Config\n', { id: 'abcdef', secret: '0123456789abcdef' }),
  })
})

t.test('a token that is not for signing does not, and no cluster-info is no failure', async t => {
  const cluster = memoryCluster([clusterInfo])
  await createToken(cluster, { ...first, usages: ['authentication'] }, now)
  t.strictSame(cluster.objects.get('ConfigMap kube-public/cluster-info')?.['data'], clusterInfo.data)
  await t.resolves(createToken(memoryCluster(), first, now))
})

t.test('an id that is taken', async t => {
  const cluster = memoryCluster()
  await createToken(cluster, first, now)
  await t.rejects(createToken(cluster, token('abcdef.fedcba9876543210', '1h0m0s'), now), { code: 'token-exists', message: /abcdef/, fix: [/token delete abcdef/] })
})

t.test('the list begins with the token that expires first; other Secrets are none', async t => {
  const cluster = memoryCluster([
    { apiVersion: 'v1', kind: 'Secret', type: 'Opaque', metadata: { name: 'bootstrap-token-zzzzzz', namespace: 'kube-system' }, data: {} },
  ])
  for (const each of [token('nnnnnn.0123456789abcdef', '0s'), token('mmmmmm.0123456789abcdef', '0s'), first, token('bbbbbb.0123456789abcdef', '1h0m0s')]) {
    await createToken(cluster, each, now)
  }
  t.same((await listTokens(cluster)).map(({ id }) => id), ['bbbbbb', 'abcdef', 'mmmmmm', 'nnnnnn'])
})

t.test('deletion by id and by the whole token', async t => {
  const cluster = memoryCluster()
  for (const text of ['abcdef', 'abcdef.0123456789abcdef']) {
    await createToken(cluster, first, now)
    t.equal(await deleteToken(cluster, text), 'abcdef')
    t.equal(cluster.objects.size, 0)
  }
  await t.rejects(deleteToken(cluster, 'abcdef'), { code: 'token-unknown', message: /abcdef/ })
  await t.rejects(deleteToken(cluster, 'nonsense'), { code: 'token-malformed' })
})
