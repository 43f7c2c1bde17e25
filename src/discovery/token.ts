import { createHash, X509Certificate } from 'node:crypto'
import { certificatesIn } from '../certs/pem.ts'
import type { TokenDiscovery } from '../config/v1beta4.ts'
import { parseKubeconfig } from '../cluster/kubeconfig.ts'
import type { Emit } from '../core/event.ts'
import { Problem } from '../core/problem.ts'
import { waitFor, type Look } from '../core/wait.ts'
import type { Host, WebResponse } from '../host/host.ts'
import { parseToken, verifySignature } from '../token/token.ts'

/** What a node needs to know of a cluster before it trusts it with anything. */
export interface DiscoveredCluster {
  /** https URL of the API server, as the cluster states it. */
  readonly server: string
  /** PEM of the certificates that the cluster's API server is trusted by. */
  readonly ca: string
}

interface ClusterInfo {
  /** The kubeconfig as text: this is what is signed. */
  readonly kubeconfig: string
  readonly signatures: Readonly<Record<string, string>>
}

const clusterInfoPath = '/api/v1/namespaces/kube-public/configmaps/cluster-info'

/** A server that cannot be reached at all is most likely a wrong address: much shorter than timeouts.discovery, which is for a cluster that is still coming up. */
const unreachableLimit = 20_000

/** How long an unknown token id may still be signed by the cluster's controller, when it has signed others already. */
const signingLimit = 5_000

/**
 * Token discovery: cluster-info is fetched from a server that is not trusted yet, and believed because its signature
 * was made with the token's secret. Then it is fetched again over TLS that trusts the pinned certificates only (all of
 * them, when nothing was pinned), and must be the same. The token itself is never sent.
 */
export async function discoverByToken(
  host: Host, emit: Emit, discovery: TokenDiscovery, timeout: number,
): Promise<DiscoveredCluster> {
  const token = parseToken(discovery.token)
  const url = `https://${discovery.apiServerEndpoint}${clusterInfoPath}`
  const start = host.clock.ticks()
  const info = await waitFor({
    target: discovery.apiServerEndpoint,
    timeout,
    interval: 300,
    clock: host.clock,
    emit,
    setting: 'timeouts.discovery',
    fix: [`Look at the control plane: curl -k https://${discovery.apiServerEndpoint}/readyz`],
  }, async (): Promise<Look<ClusterInfo>> => {
    const elapsed = host.clock.ticks() - start
    const answer = await ask(host, url, elapsed, undefined)
    if (!('info' in answer)) return answer
    const { info } = answer
    if (info.signatures[token.id] !== undefined) return { done: info }
    if (Object.keys(info.signatures).length > 0 && elapsed >= signingLimit) throw unknownToken(token.id)
    return { seen: 'the cluster has not signed its information with this token yet' }
  })

  if (!verifySignature(info.signatures[token.id] ?? '', info.kubeconfig, token)) {
    throw new Problem('token-secret-wrong', `Unable to join: the secret part of token ${token.id} is not the one that ${discovery.apiServerEndpoint} knows. Check your token.`,
      ['On the master: kubeadm token create --print-join-command', 'If the token is right, somebody else answers at that address.'])
  }
  const cluster = clusterOf(info.kubeconfig)
  const trusted = pinned(cluster.ca, discovery.caCertHashes)
  const again = await ask(host, url, unreachableLimit, trusted)
  if (!('info' in again) || again.info.kubeconfig !== info.kubeconfig) {
    throw new Problem('cluster-info-changed', 'Unable to join: the cluster\'s information changed between two looks at it.', ['Run the command again; if it stays so, somebody on the network interferes.'])
  }
  return { server: cluster.server, ca: trusted }
}

async function ask(host: Host, url: string, elapsed: number, ca: string | undefined): Promise<{ info: ClusterInfo } | { seen: string }> {
  let answer: WebResponse
  try {
    answer = await host.network.fetch({ url, timeout: 5_000, ...(ca === undefined ? { insecure: true } : { ca }) })
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    const passing = ['connection-refused', 'timed-out', 'host-unreachable', 'connection-failed'].includes(error.code)
    if (passing && elapsed < unreachableLimit) return { seen: error.message }
    throw new Problem(error.code, `Unable to join: ${error.message}`, error.fix, { cause: error })
  }
  const { host: name } = new URL(url)
  switch (true) {
    case answer.status === 200:
      return { info: clusterInfo(answer.body, name) }
    case answer.status === 429 || answer.status >= 500:
      return { seen: `the API server is not ready yet (HTTP ${answer.status})` }
    case (answer.status === 404 || answer.status === 403) && looksLikeStatus(answer.body):
      // Right after its start an API server has neither cluster-info nor the role that lets anybody read it.
      return { seen: answer.status === 404 ? 'the cluster has no cluster-info yet' : 'the cluster does not show its cluster-info yet' }
    case answer.status >= 300 && answer.status < 400:
      throw notAnApiServer(name, `it redirects to ${answer.headers['location'] ?? 'somewhere else'}`)
    default:
      throw notAnApiServer(name, `HTTP ${answer.status}`)
  }
}

function clusterInfo(body: string, name: string): ClusterInfo {
  let map: { kind?: unknown, data?: Record<string, unknown> }
  try {
    map = JSON.parse(body) as typeof map
  } catch {
    throw notAnApiServer(name, 'the answer is not JSON')
  }
  const kubeconfig = map?.data?.['kubeconfig']
  if (map?.kind !== 'ConfigMap' || typeof kubeconfig !== 'string') throw notAnApiServer(name, 'the answer is not the ConfigMap cluster-info')
  const prefix = 'jws-kubeconfig-'
  const signatures = Object.entries(map.data ?? {}).flatMap(([key, value]) =>
    key.startsWith(prefix) && typeof value === 'string' ? [[key.slice(prefix.length), value] as const] : [])
  return { kubeconfig, signatures: Object.fromEntries(signatures) }
}

function looksLikeStatus(body: string): boolean {
  try {
    return (JSON.parse(body) as { kind?: unknown }).kind === 'Status'
  } catch {
    return false
  }
}

function notAnApiServer(name: string, why: string): Problem {
  return new Problem('not-an-api-server', `Unable to join: what answers at ${name} is not a Kubernetes API server (${why}).`,
    ['Check address and port: an API server usually has port 6443.'])
}

function unknownToken(id: string): Problem {
  return new Problem('token-unknown', `Unable to join: the cluster does not know token ${id}: it has expired, was deleted, or was never made. Check your token.`,
    ['On the master: kubeadm token create --print-join-command'])
}

/** The one cluster of cluster-info: with several, which one is meant would be a guess. */
function clusterOf(kubeconfig: string): { server: string, ca: string } {
  const parsed = parseKubeconfig(kubeconfig, 'cluster-info')
  const [entry, ...more] = parsed.clusters
  const { server, 'certificate-authority-data': data } = entry?.cluster ?? {}
  if (entry === undefined || more.length > 0 || server === undefined || data === undefined || !server.startsWith('https://')) {
    throw new Problem('cluster-info-invalid', 'Unable to join: cluster-info must name exactly one cluster with an https server and its CA.',
      ['On the master: kubectl -n kube-public get configmap cluster-info -o yaml'])
  }
  return { server, ca: Buffer.from(data, 'base64').toString('utf8') }
}

/**
 * The certificates of a bundle that are pinned, and those only: one pinned certificate must not bring others in beside
 * it. A pin is the SHA-256 of the SubjectPublicKeyInfo (RFC 7469, section 2.4).
 */
export function pinned(bundle: string, pins: readonly string[]): string {
  if (pins.length === 0) return bundle
  const found = certificatesIn(bundle).map(pem => ({ pem, pin: pinOf(pem) }))
  const trusted = found.filter(({ pin }) => pins.some(wanted => wanted.toLowerCase() === pin))
  if (trusted.length === 0) {
    throw new Problem('ca-pin-wrong', `Unable to join: the cluster's CA (${found.map(({ pin }) => pin).join(', ') || 'none'}) is not the pinned one (${pins.join(', ')}).`,
      ['Check --discovery-token-ca-cert-hash against the master: kubeadm token create --print-join-command', 'If it is right, somebody else answers at that address.'])
  }
  return `${trusted.map(({ pem }) => pem).join('\n')}\n`
}

/** `sha256:<hex>` of a certificate's SubjectPublicKeyInfo. */
export function pinOf(pem: string): string {
  const key = new X509Certificate(pem).publicKey.export({ type: 'spki', format: 'der' })
  return `sha256:${createHash('sha256').update(key).digest('hex')}`
}
