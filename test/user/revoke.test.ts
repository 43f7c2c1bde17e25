import t from 'tap'
import { generateKey } from '../../src/certs/keys.ts'
import { requestedName } from '../../src/certs/read-x509.ts'
import { signingRequest } from '../../src/certs/x509.ts'
import type { Api, Cluster, KubernetesObject } from '../../src/cluster/cluster.ts'
import { bindingOf, type Grant } from '../../src/user/grants.ts'
import { listUsers } from '../../src/user/list.ts'
import { revokeUser } from '../../src/user/revoke.ts'

const key = await generateKey('ECDSA-P256')
const expires = new Date('2027-03-01T00:00:00Z')
const everything: Grant = { kind: 'ClusterRole', role: 'cluster-admin' }
const editor: Grant = { kind: 'Role', role: 'editor', namespace: 'shop' }
const byHand: KubernetesObject = {
  apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRoleBinding', metadata: { name: 'by-hand' }, roleRef: { kind: 'ClusterRole', name: 'view' },
  subjects: [{ kind: 'User', name: 'bob' }, { kind: 'Group', name: 'ops' }, { kind: 'User', name: 'zoe' }],
}
interface Request { metadata: { name: string }, spec: { signerName: string, request: string }, status?: { certificate?: string, conditions?: { type: string }[] } }
const request = (name: string, user: string, status: Request['status'] = {}, signerName = 'kubernetes.io/kube-apiserver-client'): Request =>
  ({ metadata: { name }, spec: { signerName, request: Buffer.from(signingRequest({ commonName: user }, key)).toString('base64') }, status })

function fake(bindings: readonly KubernetesObject[], requests: readonly Request[] = []) {
  const there = new Set(bindings)
  const asked: string[] = []
  const list = (kind: string) => async () => ({ items: [...there].filter(binding => binding.kind === kind) })
  const remove = (kind: string) => async ({ name, namespace }: { name: string, namespace?: string }) => {
    for (const binding of there) if (binding.kind === kind && binding.metadata.name === name && binding.metadata.namespace === namespace) there.delete(binding)
  }
  const api = {
    rbac: {
      listClusterRoleBinding: list('ClusterRoleBinding'), listRoleBindingForAllNamespaces: list('RoleBinding'),
      deleteClusterRoleBinding: remove('ClusterRoleBinding'), deleteNamespacedRoleBinding: remove('RoleBinding'),
    },
    certificates: {
      listCertificateSigningRequest: async () => ({ items: requests }),
      deleteCertificateSigningRequest: async ({ name }: { name: string }) => { asked.push(`delete ${name}`) },
      replaceCertificateSigningRequestApproval: async ({ name, body }: { name: string, body: Request }) => { asked.push(`${body.status?.conditions?.map(({ type }) => type).join()} ${name}`) },
    },
  } as unknown as Api
  const cluster: Cluster = { apply: async () => {}, request: async (_what, call) => await call(api) }
  return { cluster, there, asked }
}
const bobs = [bindingOf('bob', everything, expires), bindingOf('bob', editor, new Date('2026-01-01'))]

t.test('who was created, what they may do, and until when', async t => {
  const { labels } = bobs[0]!.metadata
  const old: KubernetesObject = { ...bindingOf('ann', { ...editor, kind: 'ClusterRole' }, expires), metadata: { name: 'old', namespace: 'shop', ...labels && { labels } } }
  t.strictSame(await listUsers(fake([...bobs, byHand, old]).cluster), [
    { name: 'ann', rights: ['what the ClusterRole editor allows in the namespace shop'] },
    { name: 'bob', rights: ['everything', 'what the Role editor allows in the namespace shop'], expires },
  ])
  t.strictSame(await listUsers(fake([byHand]).cluster), [])
})

t.test('all that was given is taken away, and nothing of others', async t => {
  const zoes = bindingOf('zoe', everything, expires)
  const { cluster, there } = fake([...bobs, zoes, byHand])
  const revoked = await revokeUser('bob', cluster, () => {})
  t.strictSame([...there], [zoes, byHand])
  t.strictSame(revoked.removed.map(({ name }) => name), bobs.map(({ metadata }) => metadata.name))
  t.strictSame(revoked.left.map(({ name }) => name), ['by-hand'])
  t.strictSame(revoked.expires, expires)
})

t.test('open requests are denied, approved ones go, all others stay', async t => {
  const { cluster, asked } = fake(bobs, [
    request('open', 'bob'), request('approved', 'bob', { conditions: [{ type: 'Approved' }] }), request('signed', 'bob', { certificate: 'x', conditions: [{ type: 'Approved' }] }),
    request('denied', 'bob', { conditions: [{ type: 'Denied' }] }), request('zoe', 'zoe'), request('node', 'bob', {}, 'kubernetes.io/kubelet-serving'),
    { ...request('torn', 'bob'), spec: { signerName: 'kubernetes.io/kube-apiserver-client', request: 'dG9ybg==' } },
  ])
  t.strictSame((await revokeUser('bob', cluster, () => {})).refused, ['open', 'approved'])
  t.strictSame(asked, ['Denied open', 'delete approved'])
})

t.test('nobody of that name, and names that are no user\'s', async t => {
  await t.rejects(revokeUser('carol', fake([...bobs, byHand]).cluster, () => {}), { code: 'user-unknown', fix: ['See who has: kubeadm user list'] })
  await t.rejects(revokeUser('system:admin', fake(bobs).cluster, () => {}), { code: 'user-name-refused' })
})

t.test('the name that a request asks for', async t => {
  t.equal(requestedName(signingRequest({ commonName: 'Zoë', organizations: ['CN=bob'] }, key)), 'Zoë')
  t.equal(requestedName('torn'), undefined)
})
