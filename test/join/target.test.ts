import t from 'tap'
import { kubeconfigFor, kubeconfigToText } from '../../src/cluster/kubeconfig.ts'
import { localNetwork } from '../../src/host/local-network.ts'
import { memoryHost } from '../../src/host/memory.ts'
import { findCluster } from '../../src/join/target.ts'
import { parseToken, sign } from '../../src/token/token.ts'
import { authority, httpsServer, kubeletCertificate, refusal, type Asked } from '../fixtures/https-server.ts'
import { joinOf, token } from '../fixtures/join.ts'

type Answer = { readonly status: number, readonly body: unknown }
const pem = '/var/lib/kubelet/pki/kubelet-client-current.pem'
const kubelet = (text: string): Answer => ({ status: 200, body: { kind: 'ConfigMap', apiVersion: 'v1', data: { kubelet: text } } })
const node = (ready: string): Answer => ({ status: 200, body: { kind: 'Node', apiVersion: 'v1', status: { conditions: [{ type: 'Ready', status: ready }] } } })
const plain = { config: kubelet('clusterDNS: [10.96.0.10]\n'), node: refusal(404, 'NotFound') }

/** An API server that knows the token; what it says of the kubelets' configuration and of the Node is the test's. */
async function cluster(t: { teardown(act: () => void): void }, says: { config?: Answer, node?: Answer } = {}) {
  const { config, node } = { ...plain, ...says }
  const server = await httpsServer(({ line }: Asked): Answer => {
    if (line.endsWith('/cluster-info')) return { status: 200, body: { kind: 'ConfigMap', data: { kubeconfig: info(), 'jws-kubeconfig-abcdef': sign(info(), parseToken(token)) } } }
    return line.includes('/nodes/') ? node : config
  })
  t.teardown(server.close)
  const info = () => JSON.stringify({ apiVersion: 'v1', kind: 'Config', clusters: [{ name: '', cluster: { server: server.url, 'certificate-authority-data': Buffer.from(server.ca).toString('base64') } }] })
  const find = async (files: Readonly<Record<string, string>> = {}, resuming = false) =>
    await findCluster(joinOf(server.endpoint), { ...memoryHost({ files }), network: localNetwork }, () => {}, resuming)
  return { server, find }
}

t.test('what a node has to know, asked for with the token only once the server is known', async t => {
  const { server, find } = await cluster(t)
  t.match(await find(), { server: server.url, ca: server.ca, kubelet: { clusterDNS: ['10.96.0.10'] } })
  t.same(server.asked.map(({ line, authorization }) => `${authorization} ${line}`).toSorted(), [
    `Bearer ${token} GET /api/v1/namespaces/kube-system/configmaps/kubelet-config`,
    `Bearer ${token} GET /api/v1/nodes/node`,
    'undefined GET /api/v1/namespaces/kube-public/configmaps/cluster-info',
    'undefined GET /api/v1/namespaces/kube-public/configmaps/cluster-info',
  ])
})

t.test('a Node of that name that is Ready is another machine; one that is not may be this one, made anew', async t => {
  await t.rejects((await cluster(t, { node: node('True') })).find(), { code: 'node-name-taken', message: /^Unable to join: .* node named node,/ })
  await t.resolves((await cluster(t, { node: node('Unknown') })).find())
  await t.resolves((await cluster(t, { node: { status: 200, body: { kind: 'Node', apiVersion: 'v1' } } })).find())
})

t.test('a configuration of kubelets that is missing, empty, no YAML or no mapping is named', async t => {
  for (const config of [{ status: 200, body: { kind: 'ConfigMap', apiVersion: 'v1', data: { 'kubelet-1.20': 'x' } } }, kubelet(''), kubelet('a: ['), kubelet('- 1'), { status: 200, body: { kind: 'ConfigMap', apiVersion: 'v1' } }]) {
    await t.rejects((await cluster(t, { config })).find(), { code: 'kubelet-config-invalid', message: /^Unable to join: ConfigMap kube-system\/kubelet-config/ })
  }
  await t.rejects((await cluster(t, { config: refusal(404, 'NotFound') })).find(), { code: 'not-found', message: /^Unable to join: / })
})

t.test('a refused token says whether it is not known or not allowed, and never itself', async t => {
  for (const [config, code] of [[refusal(401, 'Unauthorized'), 'token-not-accepted'], [{ status: 401, body: {} }, 'token-not-accepted'], [refusal(403, 'Forbidden'), 'token-forbidden']] as const) {
    const error: unknown = await (await cluster(t, { config })).find().catch((problem: unknown) => problem)
    t.match(error, { code, message: /^Unable to join: the / })
    t.notMatch(JSON.stringify(error), /0123456789abcdef/)
  }
})

t.test('no advice names a file that is only written later', async t => {
  const { find } = await cluster(t, { config: refusal(400, 'BadRequest') })
  const error = await find().catch((problem: unknown) => problem) as { message: string, fix: readonly string[] }
  t.match(error.message, /^Unable to join: .*BadRequest, it says/)
  t.notMatch(error.fix.join(), /bootstrap-kubelet\.conf/)
  t.ok(error.fix.length > 0)
})

t.test('a join that was cut off after the node had become Ready goes on', async t => {
  const { server, find } = await cluster(t, { node: node('True') })
  const ca = await authority()
  const own = async (name: string, access: { server: string, ca: string }) => ({
    '/etc/kubernetes/kubelet.conf': kubeconfigToText(kubeconfigFor({ clusterName: 'default-cluster', ...access, user: 'default-auth', credential: { cert: '', key: '' } }))
      .replace(/client-certificate-data:.*/, `client-certificate: ${pem}`).replace(/client-key-data:.*/, `client-key: ${pem}`),
    [pem]: await kubeletCertificate(name, ca),
  })
  t.match(await find(await own('node', { server: server.url, ca: server.ca }), true), { registered: true })

  t.comment('what it began with another cluster, or under another name, it would go on with: that must be taken back')
  const elsewhere = { code: 'joined-elsewhere', fix: [/kubeadm reset/] }
  await t.rejects(find(await own('node', { server: 'https://192.0.2.99:6443', ca: server.ca }), true), { ...elsewhere, message: /192\.0\.2\.99:6443, not/ })
  await t.rejects(find(await own('node', { server: server.url, ca: ca.pem }), true), { ...elsewhere, message: /another CA/ })
  await t.rejects(find(await own('other', { server: server.url, ca: server.ca }), true), { ...elsewhere, message: /the node other of/ })
  t.match(await (await cluster(t)).find({ '/etc/kubernetes/kubelet.conf': '{}' }, true), { registered: false }, 'without a certificate it has not begun')
})

t.test('a discovery file is refused until it is supported', async t => {
  const configuration = joinOf('', { discovery: { file: { kubeConfigPath: '/x' }, tlsBootstrapToken: token } })
  await t.rejects(findCluster(configuration, memoryHost(), () => {}, false), { code: 'discovery-unsupported' })
})
