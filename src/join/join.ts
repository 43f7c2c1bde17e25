import { joinConfiguration } from '../config/join-configuration.ts'
import type { Documents } from '../config/documents.ts'
import type { JoinFlags } from '../config/flags.ts'
import { lockPath, paths } from '../config/paths.ts'
import type { Emit } from '../core/event.ts'
import { execute } from '../core/execute.ts'
import { journalist, readJournal, writeJournal } from '../core/journal.ts'
import { plan } from '../core/plan.ts'
import { Problem } from '../core/problem.ts'
import { gatherFacts } from '../host/facts.ts'
import type { Host } from '../host/host.ts'
import type { JoinContext, TargetCluster } from './context.ts'
import { kubeletStart } from './kubelet-start.ts'
import { kubeletWaitBootstrap } from './kubelet-wait-bootstrap.ts'
import { findCluster } from './target.ts'
import { joinWorkflow } from './workflow.ts'

export interface JoinRequest {
  readonly documents?: Documents
  readonly flags: JoinFlags
  /** Whether the token's signature may stand in for a pin of the CA. */
  readonly pinOptional: boolean
}

interface Surroundings {
  readonly host: Host
  readonly emit: Emit
  readonly listen: (hear: Emit) => void
  /** Runs on every way out, signals included. */
  readonly onEnd: (act: () => Promise<void>) => void
}

/** Makes this machine a node of a cluster; gives the node's name. */
export async function join(request: JoinRequest, { host, emit, listen, onEnd }: Surroundings): Promise<string> {
  const facts = await gatherFacts(host)
  const { configuration, notes } = joinConfiguration({ ...request, facts })
  for (const text of notes) emit({ type: 'note', text })
  if (configuration.controlPlane !== undefined) {
    throw new Problem('control-plane-join-unsupported', 'Joining as a control plane is not supported yet.', ['Leave --control-plane away to join as a node.'])
  }
  const release = await host.lock(lockPath, 'kubeadm join')
  try {
    const before = await readJournal(host.files)
    const resuming = before?.command === 'join' && !before.finished
    const journal = journalist()
    listen(journal.hear)
    let tokenOnDisk = false
    listen(event => {
      if (event.type !== 'phase') return
      if (event.phase === kubeletStart.name && event.status === 'start') tokenOnDisk = true
      // The kubelet still needs it then, and whoever asked for that has to take it off.
      if (event.phase === kubeletWaitBootstrap.name && event.status === 'skipped') tokenOnDisk = false
    })
    // The token must not stay on the disk, however the join ends.
    onEnd(async () => { if (tokenOnDisk) await host.files.remove(paths.bootstrapKubeletConf) })
    let target: Promise<TargetCluster> | undefined
    const context: JoinContext = {
      configuration,
      host,
      emit,
      resuming,
      target: () => target ??= findCluster(configuration, host, emit, resuming),
    }
    await execute(plan(joinWorkflow, { skip: configuration.skipPhases }), context, emit)
    await writeJournal(host.files, { command: 'join', finished: true, written: journal.written() })
    return configuration.nodeRegistration.name
  } finally {
    release()
  }
}
