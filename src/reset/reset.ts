import { connectionFrom } from '../cluster/access.ts'
import { apiServer } from '../cluster/api-server.ts'
import { nodeIdentity } from '../cluster/node-identity.ts'
import type { Documents } from '../config/documents.ts'
import type { ResetFlags } from '../config/flags.ts'
import { lockPath } from '../config/paths.ts'
import { resetConfiguration } from '../config/reset-configuration.ts'
import type { Emit } from '../core/event.ts'
import { execute } from '../core/execute.ts'
import { plan } from '../core/plan.ts'
import { Problem } from '../core/problem.ts'
import { detectCriSockets } from '../host/cri-sockets.ts'
import type { Host } from '../host/host.ts'
import { resetWorkflow } from './workflow.ts'

export interface ResetRequest {
  readonly documents?: Documents
  readonly flags: ResetFlags
  /** Absolute path of an administrator's kubeconfig, through which the Node object is deleted; it need not exist. */
  readonly kubeconfig: string
  /** Asks a person for one line, unless --force was given; undefined when nobody can be asked. */
  readonly ask: (question: string) => Promise<string | undefined>
}

/** Milliseconds for a cluster that may be gone for good. */
const patience = 3_000

/** Takes back what init or join did to this machine. The same call again goes on with what was left. */
export async function reset({ documents, flags, kubeconfig, ask }: ResetRequest, host: Host, emit: Emit): Promise<void> {
  // Nothing is asked of the kubelet: a broken one must not keep a node from being reset.
  const { configuration, notes } = resetConfiguration({ flags, ...documents && { documents }, facts: { criSockets: await detectCriSockets(host.files) } })
  for (const text of notes) emit({ type: 'note', text })
  const steps = plan(resetWorkflow, { skip: configuration.skipPhases })
  if (!configuration.force && !isYes(await ask('All of Kubernetes on this machine will be removed, its data included. Proceed? [y/N]: '))) {
    throw new Problem('not-confirmed', 'Nothing was done: reset was not confirmed.', ['Answer y, or in scripts: kubeadm reset --force'])
  }
  const release = await host.lock(lockPath, 'kubeadm reset')
  try {
    const cluster = await host.files.status(kubeconfig) === undefined ? undefined
      : apiServer({ kubeconfig, connection: async () => await connectionFrom(host, kubeconfig), host, emit, timeout: patience })
    const nodeName = (await nodeIdentity(host))?.node ?? host.machine.hostname()
    await execute(steps, { configuration, host, emit, cluster, nodeName }, emit)
  } finally {
    release()
  }
}

function isYes(answer = ''): boolean {
  return /^y(es)?$/i.test(answer.trim())
}
