import { beginJournal } from '../core/journal.ts'
import type { Phase } from '../core/phase.ts'
import type { JoinContext } from './context.ts'
import { kubeletStart } from './kubelet-start.ts'
import { kubeletWaitBootstrap } from './kubelet-wait-bootstrap.ts'
import { preflight } from './preflight.ts'

/** The whole of a worker's join, in upstream's order and names. */
export const joinWorkflow: readonly Phase<JoinContext>[] = [
  preflight,
  beginJournal('join'),
  kubeletStart,
  kubeletWaitBootstrap,
]

/** What the proposal calls the two halves of a join. */
export function joinTitle(phase: string): string {
  return phase.startsWith('kubelet-wait') ? 'Bootstrapping certificates...' : 'Initializing kubernetes node...'
}
