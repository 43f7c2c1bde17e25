import type { InitFlags } from '../config/flags.ts'
import { initPlan } from '../config/init-plan.ts'
import type { InitPlan } from '../config/v1beta4.ts'
import { gatherFacts } from '../host/facts.ts'
import { generateToken } from '../token/token.ts'
import type { Session } from './command.ts'
import { fileDocuments } from './configuration-file.ts'

/** What init would work from, for a command that needs only a part of it. No container runtime has to be there, or to be chosen. */
export async function offlinePlan({ host, emit, values, terminal }: Session, flags: InitFlags): Promise<InitPlan> {
  const facts = { ...await gatherFacts(host), criSockets: [] }
  const { configuration, notes } = initPlan({ flags, facts, newToken: generateToken(host.random), ...await fileDocuments(host, values, terminal) })
  for (const text of notes) emit({ type: 'note', text })
  return configuration
}
