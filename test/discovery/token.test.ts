import t from 'tap'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Problem } from '../../src/core/problem.ts'
import { discoverByToken, pinned, pinOf } from '../../src/discovery/token.ts'
import type { WebRequest, WebResponse } from '../../src/host/host.ts'
import { memoryHost } from '../../src/host/memory.ts'
import { parseToken, sign } from '../../src/token/token.ts'

const directory = mkdtempSync(join(tmpdir(), 'discovery-'))
function authority(name: string): string {
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', `/CN=${name}`,
    '-keyout', join(directory, `${name}.key`), '-out', join(directory, `${name}.crt`)], { stdio: 'ignore' })
  return readFileSync(join(directory, `${name}.crt`), 'utf8')
}
const real = authority('real')
const evil = authority('evil')

const token = 'abcdef.0123456789abcdef'
const kubeconfig = (ca: string, clusters = 1) => JSON.stringify({
  apiVersion: 'v1', kind: 'Config', contexts: [], users: [], 'current-context': '',
  clusters: Array.from({ length: clusters }, () => ({ name: '', cluster: { server: 'https://192.0.2.1:6443', 'certificate-authority-data': Buffer.from(ca).toString('base64') } })),
})
const clusterInfo = (text: string, signer = token): WebResponse => ({
  status: 200, headers: {},
  body: JSON.stringify({ kind: 'ConfigMap', data: { kubeconfig: text, [`jws-kubeconfig-${parseToken(signer).id}`]: sign(text, parseToken(signer)) } }),
})
const status = (code: number): WebResponse => ({ status: code, headers: {}, body: JSON.stringify({ kind: 'Status', code }) })
const discovery = (more = {}) => ({ token, apiServerEndpoint: '192.0.2.1:6443', caCertHashes: [], unsafeSkipCAVerification: false, ...more })

async function discover(answer: (request: WebRequest, count: number) => WebResponse, more = {}) {
  const requests: WebRequest[] = []
  const host = memoryHost({ answer: request => { requests.push(request); return answer(request, requests.length) } })
  const outcome = await discoverByToken(host, () => {}, discovery(more), 300_000).then(found => ({ found }), (error: unknown) => ({ error }))
  return { requests, elapsed: host.clock.ticks(), ...outcome as { found?: { server: string, ca: string }, error?: Problem } }
}

t.test('a signed cluster-info is believed, and looked at again over TLS that trusts its CA', async t => {
  const { found, requests } = await discover(() => clusterInfo(kubeconfig(real)))
  t.match(found, { server: 'https://192.0.2.1:6443', ca: real })
  t.match(requests[0], { insecure: true })
  t.equal(requests[1]?.ca, real)
  t.notOk(requests[1]?.insecure)
  t.notOk(requests.some(request => JSON.stringify(request).includes('0123456789abcdef')), 'the secret is never sent')
})

t.test('with a pin only the pinned certificate of a bundle is trusted', async t => {
  const { found, requests } = await discover(() => clusterInfo(kubeconfig(evil + real)), { caCertHashes: [pinOf(real)] })
  t.equal(found?.ca.trim(), real.trim())
  t.equal(requests[1]?.ca?.includes(evil.trim()), false, 'the second look does not trust the other one')
  t.throws(() => pinned(evil, [pinOf(real)]), { code: 'ca-pin-wrong', message: new RegExp(pinOf(evil)) })
})

t.test('a wrong pin ends it before anything is asked again', async t => {
  const { error, requests } = await discover(() => clusterInfo(kubeconfig(evil)), { caCertHashes: [pinOf(real)] })
  t.match(error, { code: 'ca-pin-wrong', message: /Unable to join/ })
  t.equal(requests.length, 1)
})

t.test('a signature by another secret is refused at once', async t => {
  const { error, elapsed } = await discover(() => clusterInfo(kubeconfig(real), 'abcdef.ffffffffffffffff'))
  t.match(error, { code: 'token-secret-wrong', message: /^Unable to join: .*Check your token\.$/ })
  t.equal(elapsed, 0)
})

t.test('a token that nobody signs with is unknown within seconds', async t => {
  const { error, elapsed } = await discover(() => clusterInfo(kubeconfig(real), 'zzzzzz.0123456789abcdef'))
  t.match(error, { code: 'token-unknown', message: /Check your token\.$/ })
  t.ok(elapsed <= 6_000, `${elapsed} ms`)
})

t.test('a cluster that has not come up yet is waited for', async t => {
  const answers = [status(403), status(404), status(503)]
  const { found, requests } = await discover((_request, count) => answers[count - 1] ?? clusterInfo(kubeconfig(real)))
  t.ok(found)
  t.equal(requests.length, 5)
})

t.test('nothing there is told within half a minute, with its cause', async t => {
  const { error, elapsed } = await discover(() => { throw new Problem('connection-refused', 'Nothing listens at 192.0.2.1:6443.', ['Start it.']) })
  t.match(error, { code: 'connection-refused', message: /^Unable to join: Nothing listens/ })
  t.ok(elapsed <= 30_000)
})

for (const [name, answer] of [
  ['a web page', { status: 200, headers: {}, body: '<html>' }],
  ['another object', { status: 200, headers: {}, body: '{"kind":"Secret"}' }],
  ['a redirect', { status: 302, headers: { location: 'https://evil.example/' }, body: '' }],
  ['somebody who wants a password', { status: 401, headers: {}, body: '' }],
] as const) {
  t.test(`${name} is not an API server`, async t => {
    const { error, requests } = await discover(() => answer)
    t.match(error, { code: 'not-an-api-server', message: /192\.0\.2\.1:6443/ })
    t.equal(requests.length, 1)
  })
}

t.test('information that differs between the two looks, or names two clusters, is refused', async t => {
  t.match((await discover((_request, count) => clusterInfo(kubeconfig(count === 1 ? real : real + evil)))).error, { code: 'cluster-info-changed' })
  t.match((await discover(() => clusterInfo(kubeconfig(real, 2)))).error, { code: 'cluster-info-invalid' })
})
