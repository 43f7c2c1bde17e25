import { execFileSync } from 'node:child_process'
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { generateKey, privateKeyPem } from '../../src/certs/keys.ts'
import { signAuthority, validityFrom } from '../../src/certs/x509.ts'
import { isNotFound } from '../../src/cluster/api-server.ts'
import type { Api, Cluster, KubernetesObject } from '../../src/cluster/cluster.ts'
import { connectionOf, kubeconfigFor, kubeconfigToText, parseKubeconfig } from '../../src/cluster/kubeconfig.ts'
import type { Event } from '../../src/core/event.ts'
import { memoryHost } from '../../src/host/memory.ts'
import { createUser, type UserRequest } from '../../src/user/create.ts'

const caKey = await generateKey('ECDSA-P256')
const ca = signAuthority({ commonName: 'kubernetes' }, caKey, validityFrom(new Date(), 24 * 3600_000))
const adminConf = kubeconfigToText(kubeconfigFor({ clusterName: 'blue', server: 'https://192.0.2.10:6443', ca, user: 'kubernetes-admin', credential: { cert: 'x', key: 'y' } }))

interface Request { metadata: { name: string }, spec: { request: string, expirationSeconds: number, signerName: string, usages: string[] }, status?: { conditions?: { type: string, reason?: string, message?: string }[], certificate?: string } }
type Binding = KubernetesObject & { roleRef: { kind: string, name: string }, subjects: { name: string }[] }

const status = (code: number, reason: string) => Object.assign(new Error(reason), { code, body: JSON.stringify({ reason, message: reason }) })

/** An API server with a controller manager that signs, through openssl, what is approved. */
function fakeCluster(t: Test, options: { signs?: boolean, answer?: { type: string, reason: string, message: string }, roles?: readonly string[], loseFirstAnswer?: boolean } = {}) {
  const directory = t.testdir({ 'ca.crt': ca, 'ca.key': privateKeyPem(caKey) })
  const requests = new Map<string, Request>()
  const bindings = new Map<string, Binding>()
  const seen: Request[] = []
  const key = (binding: KubernetesObject) => `${binding.metadata.namespace ?? ''}/${binding.metadata.name}`
  const roles = ['ClusterRole cluster-admin', 'ClusterRole view', 'Role shop/editor', 'Namespace shop', 'Namespace mall', ...options.roles ?? []]
  const find = async (what: string) => {
    if (!roles.includes(what)) throw status(404, 'NotFound')
  }
  let lost = options.loseFirstAnswer !== true
  const sign = (request: Request) => {
    writeFileSync(join(directory, 'csr'), Buffer.from(request.spec.request, 'base64'))
    const days = String(Math.ceil(request.spec.expirationSeconds / 86_400))
    const pem = execFileSync('openssl', ['x509', '-req', '-in', 'csr', '-CA', 'ca.crt', '-CAkey', 'ca.key', '-days', days], { cwd: directory, stdio: 'pipe' })
    request.status = { ...request.status, certificate: pem.toString('base64') }
  }
  const api = {
    core: { readNamespace: ({ name }: { name: string }) => find(`Namespace ${name}`), getAPIResources: async () => ({}) },
    certificates: {
      createCertificateSigningRequest: async ({ body }: { body: Request }) => {
        if (requests.has(body.metadata.name)) throw status(409, 'AlreadyExists')
        requests.set(body.metadata.name, structuredClone(body))
        seen.push(body)
        if (!lost) {
          lost = true
          throw status(500, 'InternalError')
        }
      },
      readCertificateSigningRequest: async ({ name }: { name: string }) => structuredClone(requests.get(name)),
      replaceCertificateSigningRequestApproval: async ({ name, body }: { name: string, body: Request }) => {
        const request = requests.get(name) as Request
        request.status = body.status ?? {}
        if (options.answer !== undefined) request.status.conditions?.push(options.answer)
        else if (options.signs !== false) sign(request)
      },
      deleteCertificateSigningRequest: async ({ name }: { name: string }) => { requests.delete(name) },
    },
    rbac: {
      readClusterRole: ({ name }: { name: string }) => find(`ClusterRole ${name}`),
      readNamespacedRole: ({ name, namespace }: { name: string, namespace: string }) => find(`Role ${namespace}/${name}`),
      listClusterRoleBinding: async () => ({ items: [...bindings.values()].filter(binding => binding.kind === 'ClusterRoleBinding') }),
      listRoleBindingForAllNamespaces: async () => ({ items: [...bindings.values()].filter(binding => binding.kind === 'RoleBinding') }),
      deleteClusterRoleBinding: async ({ name }: { name: string }) => { bindings.delete(`/${name}`) },
      deleteNamespacedRoleBinding: async ({ name, namespace }: { name: string, namespace: string }) => { bindings.delete(`${namespace}/${name}`) },
    },
  } as unknown as Api
  const cluster: Cluster = {
    apply: async objects => { for (const object of objects) bindings.set(key(object), object as Binding) },
    request: async (_, call) => {
      try {
        return await call(api)
      } catch (error) {
        if (isNotFound(error)) throw error
        return await call(api)
      }
    },
  }
  return { cluster, requests, bindings, seen }
}

const create = async (cluster: Cluster, options: UserRequest['options'] = {}, name = 'bob', events: Event[] = []) => await createUser({
  name, options, cluster, kubeconfig: '/etc/kubernetes/admin.conf', timeout: 60_000,
  host: memoryHost({ files: { '/etc/kubernetes/admin.conf': adminConf } }), emit: event => { events.push(event) },
})

t.test('bob may do everything for a year', async t => {
  const { cluster, requests, bindings, seen } = fakeCluster(t)
  const user = await create(cluster)
  t.match(seen[0]?.spec, { signerName: 'kubernetes.io/kube-apiserver-client', usages: ['client auth'], expirationSeconds: 31_536_000 })
  t.equal(requests.size, 0, 'the request is gone')
  const kubeconfig = parseKubeconfig(user.kubeconfig, 'bob')
  t.equal(kubeconfig['current-context'], 'bob@blue')
  const connection = await connectionOf(kubeconfig, 'bob', async () => undefined)
  t.match(connection, { server: 'https://192.0.2.10:6443', ca })
  const certificate = new X509Certificate(connection.cert ?? '')
  t.equal(certificate.subject, 'CN=bob')
  t.ok(certificate.checkPrivateKey(createPrivateKey(connection.key ?? '')))
  t.same(user.expires, certificate.validToDate)
  t.strictSame(user.rights, ['everything'])
  t.strictSame([...bindings.values()], [{
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'ClusterRoleBinding',
    metadata: {
      name: 'kubeadm:user:bob:cluster-role:cluster-admin', labels: { 'app.kubernetes.io/managed-by': 'kubeadm-user' },
      annotations: { 'kubeadm.kubernetes.io/user-certificate-expires': certificate.validToDate.toISOString() },
    },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'bob' }],
  }])
})

t.test('less than everything', async t => {
  for (const [options, rights, bound] of [
    [{ clusterRole: 'view' }, ['what the ClusterRole view allows'], ['ClusterRoleBinding ClusterRole view']],
    [{ role: 'editor', namespaces: ['shop'] }, ['what the Role editor allows in the namespace shop'], ['RoleBinding shop Role editor']],
    [{ role: 'view', namespaces: ['shop', 'mall', 'shop'] },
      ['what the ClusterRole view allows in the namespace shop', 'what the ClusterRole view allows in the namespace mall'],
      ['RoleBinding shop ClusterRole view', 'RoleBinding mall ClusterRole view']],
    [{ clusterRole: 'view', namespaces: ['shop'] }, ['what the ClusterRole view allows in the namespace shop'], ['RoleBinding shop ClusterRole view']],
    [{ namespaces: ['mall'] }, ['everything in the namespace mall'], ['RoleBinding mall ClusterRole cluster-admin']],
  ] as const) {
    const { cluster, bindings } = fakeCluster(t)
    const user = await create(cluster, { ...options, expires: '8h' })
    t.strictSame(user.rights, rights)
    t.strictSame([...bindings.values()].map(({ kind, metadata, roleRef }) => [kind, metadata.namespace, roleRef.kind, roleRef.name].filter(Boolean).join(' ')), bound)
  }
})

t.test('the same user again has the rights of the last call only, and others keep theirs', async t => {
  const { cluster, bindings } = fakeCluster(t)
  await create(cluster)
  await create(cluster, {}, 'alice')
  await create(cluster, { role: 'editor', namespaces: ['shop'] })
  t.strictSame([...bindings.keys()].toSorted(), ['/kubeadm:user:alice:cluster-role:cluster-admin', 'shop/kubeadm:user:bob:role:editor'])
  await create(cluster, { role: 'editor', namespaces: ['shop'] })
  t.equal(bindings.size, 2)
})

t.test('an answer that was lost does no harm', async t => {
  const { cluster, requests, seen } = fakeCluster(t, { loseFirstAnswer: true })
  await t.resolves(create(cluster))
  t.equal(seen.length, 1)
  t.equal(requests.size, 0)
})

t.test('a refusal ends it at once, and nobody gets rights', async t => {
  for (const [type, code] of [['Denied', 'request-denied'], ['Failed', 'request-failed']] as const) {
    const events: Event[] = []
    const { cluster, requests, bindings } = fakeCluster(t, { answer: { type, reason: 'Policy', message: 'no bobs' } })
    await t.rejects(create(cluster, {}, 'bob', events), { code, message: /\(Policy: no bobs\)/ })
    t.equal(events.filter(event => event.type === 'wait').length, 0)
    t.strictSame([requests.size, bindings.size], [0, 0])
  }
})

t.test('a signer that never signs is given up on', async t => {
  const { cluster, requests, bindings } = fakeCluster(t, { signs: false })
  await t.rejects(create(cluster), { code: 'timed-out', message: /after 60 s .*approved, but not signed yet/ })
  t.strictSame([requests.size, bindings.size], [0, 0])
})

t.test('wrong wishes are refused before the cluster is changed', async t => {
  for (const [options, code] of [
    [{ clusterRole: 'view', role: 'editor' }, 'role-conflict'],
    [{ role: 'editor' }, 'role-without-namespace'],
    [{ clusterRole: 'nothing' }, 'role-missing'],
    [{ role: 'nothing', namespaces: ['shop'] }, 'role-missing'],
    [{ role: 'editor', namespaces: ['nowhere'] }, 'namespace-missing'],
    [{ namespaces: ['nowhere'] }, 'namespace-missing'],
    [{ expires: '1m' }, 'lifetime-refused'],
  ] as const) {
    const { cluster, seen, bindings } = fakeCluster(t)
    await t.rejects(create(cluster, options), { code }, code)
    t.strictSame([seen.length, bindings.size], [0, 0])
  }
  await t.rejects(create(fakeCluster(t).cluster, {}, 'system:masters'), { code: 'user-name-refused' })
})

t.test('without an administrator\'s kubeconfig it says what is missing', async t => {
  const { cluster } = fakeCluster(t)
  await t.rejects(createUser({ name: 'bob', options: {}, cluster, kubeconfig: '/k', timeout: 1, host: memoryHost(), emit: () => {} }), { code: 'kubeconfig-missing' })
})
