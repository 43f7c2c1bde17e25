import { installAdminKubeconfig, type Installed } from '../cluster/admin-kubeconfig.ts'
import { connectionFrom } from '../cluster/access.ts'
import { apiServer } from '../cluster/api-server.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { keySource } from '../certs/keys.ts'
import { milliseconds } from '../config/duration.ts'
import { localUrl } from '../config/endpoint.ts'
import { initPlan } from '../config/init-plan.ts'
import { joinHostPort } from '../config/ip.ts'
import { defaultBindPort } from '../config/node-defaults.ts'
import type { Documents } from '../config/documents.ts'
import type { InitFlags } from '../config/flags.ts'
import { lockPath, paths } from '../config/paths.ts'
import type { InitPlan } from '../config/v1beta4.ts'
import type { Emit } from '../core/event.ts'
import { execute } from '../core/execute.ts'
import { journalist, readJournal, writeJournal } from '../core/journal.ts'
import { plan } from '../core/plan.ts'
import { gatherFacts } from '../host/facts.ts'
import type { Host } from '../host/host.ts'
import type { InitContext } from '../phases/context.ts'
import { isForNodes } from '../token/join-command.ts'
import { generateToken } from '../token/token.ts'
import { initWorkflow } from './workflow.ts'

export interface InitRequest {
  readonly documents?: Documents
  readonly flags: InitFlags
}

export interface InitResult {
  /** The bootstrap token that nodes join with; undefined when those of the configuration are not for that. */
  readonly token: string | undefined
  /** Whether init made it: nobody else knows it then. */
  readonly tokenMade: boolean
  /** Where nodes find this machine, as they are told: host, or host:port where it is not the usual one. */
  readonly endpoint: string
  /** Root's kubeconfig, where kubectl finds the new cluster, and where one that was in the way went. */
  readonly kubeconfig: Installed
}

/** Makes this machine the first control plane of a new cluster. The same call again goes on where the last one was cut off. */
export async function init(request: InitRequest, host: Host, emit: Emit, listen: (hear: Emit) => void): Promise<InitResult> {
  const facts = await gatherFacts(host)
  const newToken = generateToken(host.random)
  const { configuration, notes } = initPlan({ ...request, facts, newToken })
  for (const text of notes) emit({ type: 'note', text })
  const release = await host.lock(lockPath, 'kubeadm init')
  try {
    const keys = keySource(configuration.cluster.encryptionAlgorithm, 17)
    const before = await readJournal(host.files)
    const resuming = before?.command === 'init' && !before.finished
    const journal = journalist()
    listen(journal.hear)
    const stop = new AbortController()
    const context: InitContext = { configuration, host, emit, keys, resuming, cluster: firstCluster(configuration, host, emit, stop.signal) }
    await execute(plan(initWorkflow, { skip: configuration.init.skipPhases }), context, emit, stop)
    const kubeconfig = await installAdminKubeconfig(host)
    await writeJournal(host.files, { command: 'init', finished: true, written: journal.written() })
    const token = configuration.init.bootstrapTokens.find(isForNodes)?.token
    return { token, tokenMade: token === newToken, endpoint: endpointOf(configuration), kubeconfig }
  } finally {
    release()
  }
}

function endpointOf({ localAPIEndpoint: { advertiseAddress, bindPort } }: InitPlan): string {
  return bindPort === defaultBindPort ? advertiseAddress : joinHostPort(advertiseAddress, bindPort)
}

/**
 * The new cluster, reached directly and with the rights that no RBAC object grants (super-admin.conf): it can be worked
 * on from the API server's first answer, before its own roles are there.
 */
function firstCluster(configuration: InitPlan, host: Host, emit: Emit, signal: AbortSignal): Cluster {
  return apiServer({
    kubeconfig: paths.superAdminConf,
    connection: async () => await connectionFrom(host, paths.superAdminConf),
    server: localUrl(configuration),
    ready: async () => await answering(localUrl(configuration), host, signal),
    host,
    emit,
    timeout: milliseconds(configuration.timeouts.kubernetesAPICall),
  })
}

/** Waits until a server answers anything at all. How long, and why not, is the wait-control-plane phase's to say. */
async function answering(url: string, host: Host, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted()
    try {
      await host.network.probe({ url: `${url}/livez/ping`, insecure: true, timeout: 2_000 })
      return
    } catch {
      await host.clock.sleep(100)
    }
  }
}
