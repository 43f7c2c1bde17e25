import { paths } from '../config/paths.ts'
import type { Emit } from '../core/event.ts'
import { messageOf, Problem } from '../core/problem.ts'
import type { Host } from '../host/host.ts'
import { connectionProblem } from '../host/connection-problem.ts'
import type { Connection } from './api.ts'
import { gathered } from './gathered.ts'
import type { Api, Cluster, KubernetesObject } from './cluster.ts'

interface Access {
  /** Where kubectl finds the same connection. */
  readonly kubeconfig: string
  readonly connection: () => Promise<Connection>
  /** Used in place of the kubeconfig's server: a new control plane is reached directly, not through its load balancer. */
  readonly server?: string
  readonly host: Host
  readonly emit: Emit
  /** Awaited before the first use: for an API server that is only being started. */
  readonly ready?: () => Promise<void>
  /** Milliseconds: timeouts.kubernetesAPICall. */
  readonly timeout: number
}

const retryInterval = 250

/** kubectl's own place for it is the user's home, which is not ours to fill. */
const kubectlCache = `${paths.run}/kubectl`

/** Milliseconds. Starting kubectl costs some hundred of them, so what phases side by side apply goes into one call. */
const gatherTime = 60

/** The API server that a kubeconfig names. */
export function apiServer(access: Access): Cluster {
  const { host, emit } = access
  let api: Promise<Api> | undefined
  let ready: Promise<unknown> | undefined
  let server = 'https://localhost:6443'
  const connected = () => api ??= (async () => {
    const [{ connect }, connection] = await Promise.all([import('./api.ts'), access.connection()])
    server = access.server ?? connection.server
    return connect({ ...connection, server })
  })()

  // The typed clients are loaded in the time that the API server needs to start.
  const whenReady = () => ready ??= access.ready === undefined ? Promise.resolve() : Promise.all([access.ready(), import('./api.ts')])
  const applyTogether = gathered<KubernetesObject>(gatherTime, host.clock, async objects => {
    await patiently('apply', async () => {
      const result = await host.commands.query('kubectl', [
        '--kubeconfig', access.kubeconfig, ...access.server === undefined ? [] : ['--server', access.server],
        'apply', '--server-side', '--force-conflicts', '--field-manager=kubeadm', '-f', '-',
      ], { env: { KUBECACHEDIR: kubectlCache }, input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }) })
      if (result.exitCode !== 0) throw kubectlProblem(result.stderr)
    })
    for (const object of objects) emit({ type: 'change', change: { kind: 'object', action: 'apply', name: nameOf(object) }, rehearsed: false })
  })

  return {
    apply: async objects => {
      await whenReady()
      await applyTogether(objects)
    },
    request: async (what, call) => await patiently(what, async () => await call(await connected())),
  }

  async function patiently<Result>(what: string, act: () => Promise<Result>): Promise<Result> {
    await whenReady()
    const start = host.clock.ticks()
    for (;;) {
      try {
        return await act()
      } catch (error) {
        const problem = apiProblem(what, error, access.kubeconfig, server)
        if (!problem.passing || host.clock.ticks() - start >= access.timeout) throw problem.problem
        emit({ type: 'wait', target: 'kube-apiserver', elapsed: host.clock.ticks() - start, timeout: access.timeout, seen: problem.problem.message })
        await host.clock.sleep(retryInterval)
      }
    }
  }
}

/** `Kind namespace/name` */
function nameOf(object: KubernetesObject): string {
  const { namespace, name } = object.metadata
  return `${object.kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`
}

/** Whether the API server answered that the object is not there. */
export function isNotFound(error: unknown): boolean {
  return (error instanceof Problem && error.code === 'not-found') || statusCode(error) === 404
}

/** Whether the API server answered that it does not know who asks. */
export function isUnauthorized(error: unknown): boolean {
  return error instanceof Problem && (error.code === 'unauthorized' || error.code === 'http-401')
}

/** Whether the API server answered that an object of that name is there already. Only inside a request: outside, it has been retried as a conflict. */
export function isAlreadyExists(error: unknown): boolean {
  return statusCode(error) === 409 && statusOf(error).reason === 'AlreadyExists'
}

function statusCode(error: unknown): number | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'number' ? error.code : undefined
}

function apiProblem(what: string, error: unknown, kubeconfig: string, server: string): { problem: Problem, passing: boolean } {
  if (error instanceof Problem) return { problem: error, passing: error.code === 'api-unavailable' }
  const status = statusCode(error)
  if (status === undefined) {
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error
    const isConnection = error instanceof TypeError || (cause instanceof Error && 'code' in cause)
    if (!isConnection) throw error
    return { problem: connectionProblem(server, cause), passing: true }
  }
  const { reason, message } = statusOf(error)
  const code = reason === '' ? `http-${status}` : reason.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase()
  const fix: [string, ...string[]] = status === 401
    ? [`The credentials in ${kubeconfig} are not accepted; check their expiry: openssl x509 -noout -dates`]
    : status === 403
      ? [`The credentials in ${kubeconfig} may not do this; use an administrator's: --kubeconfig /etc/kubernetes/admin.conf`]
      : [`kubectl --kubeconfig ${kubeconfig} get --raw /readyz?verbose`]
  return {
    problem: new Problem(code, `The API server refused to ${what}: ${message === '' ? `HTTP ${status}` : message}`, fix, { cause: error }),
    passing: status === 409 || status === 429 || status >= 500,
  }
}

/** Reason and message of a metav1.Status body. */
function statusOf(error: unknown): { reason: string, message: string } {
  const body: unknown = error instanceof Error && 'body' in error ? error.body : undefined
  let status: unknown = body
  if (typeof body === 'string') {
    try {
      status = JSON.parse(body)
    } catch {
      return { reason: '', message: body.slice(0, 200) }
    }
  }
  const { reason, message } = (status ?? {}) as { reason?: unknown, message?: unknown }
  return { reason: typeof reason === 'string' ? reason : '', message: typeof message === 'string' ? message : messageOf(error).split('\n')[0] ?? '' }
}

function kubectlProblem(stderr: string): Problem {
  const text = stderr.trim().split('\n').slice(-3).join(' ')
  const passing = /refused|timed? ?out|timeout|unable to handle|too many requests|conflict|EOF|connection reset|no route|TLS handshake|not yet|InternalError|not yet ready|namespaces "kube-(?:system|public)" not found/i.test(text)
  return new Problem(passing ? 'api-unavailable' : 'apply-refused', `kubectl apply failed: ${text}`,
    ['kubectl --kubeconfig /etc/kubernetes/admin.conf get --raw /readyz?verbose'])
}
