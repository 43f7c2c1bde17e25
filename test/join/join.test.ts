import t from 'tap'
import { kubeconfigFor, kubeconfigToText } from '../../src/cluster/kubeconfig.ts'
import type { Event } from '../../src/core/event.ts'
import { journalPath } from '../../src/core/journal.ts'
import { localNetwork } from '../../src/host/local-network.ts'
import { memoryHost, type MemoryHost } from '../../src/host/memory.ts'
import { join } from '../../src/join/join.ts'
import { parseToken, sign } from '../../src/token/token.ts'
import { authority, httpsServer, kubeletCertificate, refusal, type Asked } from '../fixtures/https-server.ts'
import { token } from '../fixtures/join.ts'

const bootstrap = '/etc/kubernetes/bootstrap-kubelet.conf'
const kubeletConf = '/etc/kubernetes/kubelet.conf'
const certificate = '/var/lib/kubelet/pki/kubelet-client-current.pem'

const server = await httpsServer(({ line }: Asked) => {
  if (line.endsWith('/cluster-info')) return { status: 200, body: { kind: 'ConfigMap', data: { kubeconfig: info, 'jws-kubeconfig-abcdef': sign(info, parseToken(token)) } } }
  return line.includes('/nodes/') ? refusal(404, 'NotFound') : { status: 200, body: { kind: 'ConfigMap', apiVersion: 'v1', data: { kubelet: 'clusterDomain: cluster.local\n' } } }
})
const info = JSON.stringify({ clusters: [{ name: '', cluster: { server: server.url, 'certificate-authority-data': Buffer.from(server.ca).toString('base64') } }] })
t.teardown(server.close)

/** A machine whose kubelet has its certificate as soon as it starts. */
function machine(files: Readonly<Record<string, string>> = {}): MemoryHost {
  const memory = memoryHost({ files, commands: { 'kubelet --version': 'Kubernetes v1.36.3' }, services: { kubelet: {} } })
  return {
    ...memory,
    network: { ...localNetwork, portFree: async () => true },
    services: {
      ...memory.services,
      start: async unit => {
        await memory.services.start(unit)
        await memory.files.write(kubeletConf, 'x', { mode: 0o600 })
        await memory.files.write(certificate, 'x', { mode: 0o600 })
      },
    },
  }
}

/** Joins as the command does: what it left for its end runs then. */
async function run(host: MemoryHost, flags: Parameters<typeof join>[0]['flags'] = {}) {
  const listeners: ((event: Event) => void)[] = []
  const endings: (() => Promise<void>)[] = []
  const emit = (event: Event) => { for (const hear of listeners) hear(event) }
  const files: MemoryHost['files'] = {
    ...host.files,
    write: async (path, content, options) => {
      await host.files.write(path, content, options)
      emit({ type: 'change', change: { kind: 'file', action: 'write', path }, rehearsed: false })
    },
  }
  const outcome = await join(
    { flags: { token, endpoint: server.endpoint, ignorePreflightErrors: ['all'], ...flags }, pinOptional: true },
    { host: { ...host, files }, emit, listen: hear => { listeners.push(hear) }, onEnd: act => { endings.push(act) } },
  ).then(name => ({ name }), (error: unknown) => ({ error }))
  for (const act of endings) await act()
  return outcome
}
const journal = (host: MemoryHost) => JSON.parse(host.disk.get(journalPath)?.content ?? 'null') as unknown

t.test('a machine becomes a node, under the name that was asked for, and keeps no token', async t => {
  const host = machine()
  t.same(await run(host, { nodeName: 'Shop-1' }), { name: 'shop-1' })
  t.notOk(host.disk.has(bootstrap))
  t.match(journal(host), { command: 'join', finished: true, written: [bootstrap, '/etc/kubernetes/pki/ca.crt'] })
  t.notMatch(host.disk.get(journalPath)?.content, /0123456789abcdef/)
})

t.test('the same command on a node that has joined is refused and changes nothing', async t => {
  const host = machine()
  await run(host)
  const before = JSON.stringify([...host.disk])
  t.match(await run(host, { ignorePreflightErrors: [] }), { error: { code: 'preflight-failed', message: /ExistingCluster/ } })
  t.equal(JSON.stringify([...host.disk]), before)
})

t.test('a disk that is full half-way leaves no token, and the same command goes on when there is room', async t => {
  let full = true
  const host = machine()
  const write = host.files.write
  host.files.write = async (path, content, options) => {
    if (full && path === '/var/lib/kubelet/config.yaml') throw new Error('no space is left')
    await write(path, content, options)
  }
  t.match(await run(host), { error: { message: 'no space is left' } })
  t.notOk(host.disk.has(bootstrap))
  t.match(journal(host), { command: 'join', finished: false })
  full = false
  t.match(await run(host), { name: 'node' })
  t.match(journal(host), { finished: true })
})

t.test('whoever leaves the waiting out keeps what the kubelet asks for its certificate with', async t => {
  const host = machine()
  await run(host, { skipPhases: ['kubelet-wait-bootstrap'] })
  t.match(host.disk.get(bootstrap)?.content, /token: abcdef/)
})

t.test('somebody else\'s bootstrap file is not taken away by a join that was refused', async t => {
  const host = machine({ [bootstrap]: 'theirs' })
  t.match(await run(host, { ignorePreflightErrors: [] }), { error: { code: 'preflight-failed', message: /bootstrap-kubelet\.conf/ } })
  t.equal(host.disk.get(bootstrap)?.content, 'theirs')
  t.notOk(host.disk.has(journalPath))
})

t.test('a journal that cannot be read is none: what stands there is complained about, not taken over', async t => {
  for (const text of ['', '{', 'null', '[]', '{"command":"upgrade"}']) {
    const host = machine({ [journalPath]: text, [kubeletConf]: 'x' })
    t.match(await run(host, { ignorePreflightErrors: [] }), { error: { code: 'preflight-failed', message: /kubelet\.conf/ } }, text)
  }
})

t.test('an init that was cut off is not gone on with by a join', async t => {
  const host = machine({ [journalPath]: '{"command":"init","finished":false}', [kubeletConf]: 'x' })
  t.match(await run(host, { ignorePreflightErrors: [] }), { error: { code: 'preflight-failed', message: /kubelet\.conf/ } })
})

t.test('a join that was cut off elsewhere is not called a success', async t => {
  const host = machine({
    [journalPath]: '{"command":"join","finished":false}', [certificate]: await kubeletCertificate('node', await authority()),
    [kubeletConf]: kubeconfigToText(kubeconfigFor({ clusterName: 'x', server: 'https://192.0.2.99:6443', ca: 'x', user: 'x', credential: { cert: '', key: '' } }))
      .replace(/client-certificate-data:.*/, `client-certificate: ${certificate}`).replace(/client-key-data:.*/, `client-key: ${certificate}`),
  })
  t.match(await run(host), { error: { code: 'joined-elsewhere' } })
  t.same(host.ran.filter(line => line.endsWith('kubelet')), [])
})

t.test('joining as a control plane is refused before anything is looked at', async t => {
  t.match(await run(machine(), { controlPlane: true }), { error: { code: 'control-plane-join-unsupported' } })
})
