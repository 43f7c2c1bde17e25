import { keySource } from '../certs/keys.ts'
import { connectionFrom } from '../cluster/access.ts'
import { apiServer } from '../cluster/api-server.ts'
import { milliseconds } from '../config/duration.ts'
import { initPlan } from '../config/init-plan.ts'
import { lockPath } from '../config/paths.ts'
import type { Emit } from '../core/event.ts'
import { execute } from '../core/execute.ts'
import { readJournal } from '../core/journal.ts'
import { plan, type Step } from '../core/plan.ts'
import { Problem } from '../core/problem.ts'
import { gatherFacts } from '../host/facts.ts'
import type { Host } from '../host/host.ts'
import type { InitContext } from '../phases/context.ts'
import { generateToken } from '../token/token.ts'
import type { InitRequest } from './init.ts'
import { initWorkflow } from './workflow.ts'

interface PhaseRequest extends InitRequest {
  /** `certs all`, `certs ca`, `kubelet-start`. */
  readonly words: readonly string[]
  readonly kubeconfigDirectory: string
  /** Absolute path of an administrator's kubeconfig, for phases that need the cluster. */
  readonly kubeconfig: string
}

/** Only these talk to a container runtime: elsewhere none has to be there, or to be chosen. */
const withRuntime: readonly string[] = ['preflight', 'kubelet-start', 'wait-control-plane', 'upload-config']

/** Runs one phase of init, or all below one. Problem `phase-unknown`, or `phase-incomplete` for one that has others below it. */
export async function initPhase({ words, kubeconfig, kubeconfigDirectory, ...request }: PhaseRequest, host: Host, emit: Emit): Promise<void> {
  const all = words.length > 1 && words.at(-1) === 'all'
  const path = all ? words.slice(0, -1) : words
  const steps = plan(initWorkflow, { only: [path.join('/')] })
  const chosen = path.slice(1).reduce<Step<InitContext> | undefined>(step => step?.steps[0], steps[0])
  if (!all && chosen !== undefined && chosen.steps.length > 0) {
    throw new Problem('phase-incomplete', `Which phase of ${chosen.path}?`, [`kubeadm init phase ${path.join(' ')} all`, `Or one of: ${chosen.steps.map(({ phase }) => phase.name).join(', ')}`])
  }
  const facts = await gatherFacts(host)
  const { configuration, notes } = initPlan({
    ...request, facts: withRuntime.includes(steps[0]?.path ?? '') ? facts : { ...facts, criSockets: [] }, newToken: generateToken(host.random),
  })
  for (const text of notes) emit({ type: 'note', text })
  const release = await host.lock(lockPath, `kubeadm init phase ${words.join(' ')}`)
  try {
    const before = await readJournal(host.files)
    const context: InitContext = {
      configuration, host, emit, kubeconfigDirectory,
      keys: keySource(configuration.cluster.encryptionAlgorithm, keysFor(steps)),
      resuming: before?.command === 'init' && !before.finished,
      cluster: apiServer({
        kubeconfig, connection: async () => await connectionFrom(host, kubeconfig), host, emit, timeout: milliseconds(configuration.timeouts.kubernetesAPICall),
      }),
    }
    await execute(steps, context, emit)
  } finally {
    release()
  }
}

/** Each certificate and each kubeconfig has a key of its own. */
function keysFor(steps: readonly Step<InitContext>[]): number {
  return steps.filter(({ path }) => path === 'certs' || path === 'kubeconfig').reduce((count, step) => count + step.steps.length, 0)
}
