import { X509Certificate } from 'node:crypto'
import t from 'tap'
import { generateKey } from '../../src/certs/keys.ts'
import { holdersOf } from '../../src/certs/holders.ts'
import { restartHolders } from '../../src/certs/restart.ts'
import { signAuthority, validityFrom } from '../../src/certs/x509.ts'
import type { PodContainer } from '../../src/host/container-runtime.ts'
import { memoryHost } from '../../src/host/memory.ts'

const since = new Date('2026-06-01T00:00:00Z')
const before = new Date('2026-05-01T00:00:00Z')
const pem = async () => signAuthority({ commonName: 'x' }, await generateKey('ECDSA-P256'), validityFrom(since, 3600_000))
const [old, renewed, own, ownAgain] = await Promise.all([pem(), pem(), pem(), pem()])
const manifest = (name: string, ...flags: readonly string[]) =>
  JSON.stringify({ metadata: { name, namespace: 'kube-system' }, spec: { containers: [{ name, command: [name, ...flags] }] } })
const pki = '/etc/kubernetes/pki'
const manifests = {
  '/etc/kubernetes/manifests/etcd.yaml': manifest('etcd', `--cert-file=${pki}/etcd/server.crt`, `--peer-cert-file=${pki}/etcd/peer.crt`,
    '--listen-client-urls=https://127.0.0.1:2379,https://192.0.2.10:2379', '--listen-peer-urls=https://192.0.2.10:2380'),
  '/etc/kubernetes/manifests/kube-apiserver.yaml': manifest('kube-apiserver', '--advertise-address=192.0.2.10', '--secure-port=7443',
    `--tls-cert-file=${pki}/apiserver.crt`, `--etcd-certfile=${pki}/apiserver-etcd-client.crt`),
  '/etc/kubernetes/manifests/kube-scheduler.yaml': manifest('kube-scheduler', '--bind-address=127.0.0.1', '--kubeconfig=/etc/kubernetes/scheduler.conf'),
  '/etc/kubernetes/manifests/.kube-scheduler.yaml.kubeadm': 'torn',
}
const files = (...paths: readonly string[]) => paths.map(path => ({ path, certificate: new X509Certificate(renewed) }))

/** A node whose kubelet starts again what is stopped; `serves` says what a port shows before and after that. */
function node(serves: Readonly<Record<string, readonly [string | undefined, string | undefined]>>, options: { down?: readonly string[], startedAt?: Date } = {}) {
  let count = 0
  const state = new Map<string, { id: string, startedAt: Date }>()
  const restarted: string[] = []
  const start = (name: string, startedAt: Date) => state.set(name, { id: `${name}-${++count}`, startedAt })
  for (const name of ['etcd', 'kube-apiserver', 'kube-scheduler']) if (!options.down?.includes(name)) start(name, options.startedAt ?? before)
  const nameOf = (id: string) => id.replace(/-\d+$/, '')
  const owner: Readonly<Record<string, string>> = { '127.0.0.1:2379': 'etcd', '192.0.2.10:2380': 'etcd', '192.0.2.10:7443': 'kube-apiserver', '127.0.0.1:10259': 'kube-scheduler' }
  const container = (name: string): PodContainer => ({ id: state.get(name)?.id ?? '', name, podName: `${name}-node`, podNamespace: 'kube-system', attempt: 0, state: 'running', createdAt: before })
  const host = memoryHost({
    files: manifests,
    now: since,
    answer: ({ url }) => ({ status: url.includes('7443') ? 401 : 200, headers: {}, body: '' }),
    served: address => serves[address]?.[restarted.includes(owner[address] ?? '') ? 1 : 0],
    containerRuntime: {
      containers: async () => [...state.keys()].map(container),
      container: async id => ({ ...container(nameOf(id)), exitCode: 0, reason: '', message: '', logPath: '', startedAt: state.get(nameOf(id))?.startedAt ?? before }),
      stopContainer: async id => {
        restarted.push(nameOf(id))
        start(nameOf(id), new Date(since.getTime() + 1000))
      },
    },
  })
  const services = { ...host.services, restart: async (unit: string) => {
    restarted.push(unit, ...options.down ?? [])
    for (const name of options.down ?? []) start(name, new Date(since.getTime() + 1000))
  } }
  return { host: { ...host, services }, restarted }
}

const run = async (host: ReturnType<typeof node>['host'], ...paths: readonly string[]) =>
  await restartHolders(files(...paths), { host, emit: () => {}, criSocket: 'unix:///run/containerd/containerd.sock', since, freshKubelet: false })

t.test('who uses which file, by the manifests', async t => {
  const { host } = node({})
  const holders = await holdersOf(host.files, [`${pki}/etcd/peer.crt`, `${pki}/apiserver.crt`, '/etc/kubernetes/scheduler.conf', `${pki}/etcd/healthcheck-client.crt`])
  t.match(holders, [
    { name: 'etcd', files: [`${pki}/etcd/peer.crt`], reloads: true, listeners: [{ host: '127.0.0.1', port: 2379, file: `${pki}/etcd/server.crt` }, { host: '192.0.2.10', port: 2380, file: `${pki}/etcd/peer.crt` }] },
    { name: 'kube-apiserver', files: [`${pki}/apiserver.crt`], listeners: [{ host: '192.0.2.10', port: 7443, file: `${pki}/apiserver.crt`, health: '/readyz' }] },
    { name: 'kube-scheduler', reloads: false, listeners: [{ host: '127.0.0.1', port: 10259, health: '/healthz' }] },
  ])
  t.strictSame(await holdersOf(host.files, ['/elsewhere/apiserver.crt']), [])
})

t.test('what serves the new certificate by itself is left alone', async t => {
  const { host, restarted } = node({ '127.0.0.1:2379': [renewed, renewed], '192.0.2.10:2380': [renewed, renewed], '192.0.2.10:7443': [renewed, renewed] })
  t.strictSame(await run(host, `${pki}/etcd/server.crt`, `${pki}/etcd/peer.crt`, `${pki}/apiserver.crt`), { reloaded: ['etcd', 'kube-apiserver'], restarted: [] })
  t.strictSame(restarted, [])
})

t.test('what still serves the old one is restarted, and so is what read its kubeconfig before', async t => {
  const { host, restarted } = node({
    '127.0.0.1:2379': [renewed, renewed], '192.0.2.10:2380': [renewed, renewed], '192.0.2.10:7443': [old, renewed], '127.0.0.1:10259': [own, ownAgain],
  })
  t.strictSame(await run(host, '/etc/kubernetes/scheduler.conf', `${pki}/apiserver.crt`, `${pki}/etcd/server.crt`), { reloaded: ['etcd'], restarted: ['kube-apiserver', 'kube-scheduler'] })
  t.strictSame(restarted, ['kube-apiserver', 'kube-scheduler'])
})

t.test('what started later has read the new file', async t => {
  const { host, restarted } = node({ '127.0.0.1:10259': [own, own] }, { startedAt: new Date(since.getTime() + 1) })
  t.strictSame(await run(host, '/etc/kubernetes/scheduler.conf'), { reloaded: ['kube-scheduler'], restarted: [] })
  t.strictSame(restarted, [])
})

t.test('what is down is started at once by a fresh kubelet', async t => {
  const { host, restarted } = node({ '192.0.2.10:7443': [undefined, renewed], '127.0.0.1:10259': [own, ownAgain] }, { down: ['kube-apiserver'] })
  t.match(await run(host, `${pki}/apiserver.crt`, '/etc/kubernetes/scheduler.conf'), { restarted: ['kube-apiserver', 'kube-scheduler'] })
  t.strictSame(restarted, ['kubelet', 'kube-apiserver', 'kube-scheduler'])
})

t.test('a Pod that does not come back is named with what is left to do', async t => {
  const { host } = node({ '192.0.2.10:7443': [old, old] })
  await t.rejects(run(host, `${pki}/apiserver.crt`), { code: 'timed-out', message: /kube-apiserver.*192\.0\.2\.10:7443 still serves the old certificate/ })
})

t.test('without a control plane here there is nothing to restart', async t => {
  t.strictSame(await restartHolders(files('/x'), { host: memoryHost(), emit: () => {}, criSocket: '', since, freshKubelet: false }), { reloaded: [], restarted: [] })
})
