import type { Emit } from '../core/event.ts'
import type { Host } from '../host/host.ts'
import { runChecks, type Check } from './check.ts'
import { clusterMembership, type Membership } from './membership.ts'
import { isPrivilegedUser } from './privileges.ts'

/** What stands on the machine already. */
export interface Before {
  /** An init or join of ours was cut off here: what it left is taken over, not complained about. */
  readonly resuming: boolean
  /** The cluster it is part of, unless resuming. */
  readonly membership: Membership | undefined
}

/** First whether we are root, alone: without it the others see nothing. Then all of the list. */
export async function checkMachine(
  host: Host, ignore: readonly string[], emit: Emit, resuming: boolean, list: (before: Before) => readonly Check[],
): Promise<void> {
  await runChecks([isPrivilegedUser], host, ignore, emit)
  const membership = resuming ? undefined : await clusterMembership(host)
  await runChecks(list({ resuming, membership }), host, ignore, emit)
}
