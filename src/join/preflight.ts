import type { Phase } from '../core/phase.ts'
import { joinChecks } from '../preflight/join.ts'
import { runChecks } from '../preflight/check.ts'
import { clusterMembership } from '../preflight/membership.ts'
import { isPrivilegedUser } from '../preflight/privileges.ts'
import type { JoinContext } from './context.ts'

/** Everything that can be refused is refused here: the machine is checked and the cluster looked up, side by side. */
export const preflight: Phase<JoinContext> = {
  name: 'preflight',
  summary: 'Check the machine, and find the cluster',
  run: async ({ configuration, host, emit, resuming, target }) => {
    const ignore = configuration.nodeRegistration.ignorePreflightErrors
    const check = async () => {
      await runChecks([isPrivilegedUser], host, ignore, emit)
      const membership = resuming ? undefined : await clusterMembership(host)
      await runChecks(joinChecks(configuration, { resuming, membership }), host, ignore, emit)
    }
    const outcomes = await Promise.allSettled([
      check(),
      target(),
    ])
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
  },
}
