import { documentNotes, noDocuments, type Configured, type Documents } from './documents.ts'
import type { HostFacts } from './facts.ts'
import { finish } from './finish.ts'
import type { ResetFlags } from './flags.ts'
import { given } from './given.ts'
import { criSocket, timeouts, union } from './node-defaults.ts'
import { paths } from './paths.ts'
import { resetRules } from './rules/reset-rules.ts'
import type { ResetConfiguration } from './v1beta4.ts'

export interface ResetInput {
  readonly documents?: Documents
  readonly flags?: ResetFlags
  readonly facts: Pick<HostFacts, 'criSockets'>
}

/** What reset works from: file and flags mixed (flags win), defaults applied, checked, frozen. Throws a Problem. */
export function resetConfiguration({ documents = noDocuments, flags = {}, facts }: ResetInput): Configured<ResetConfiguration> {
  const notes = documentNotes(documents, 'kubeadm reset', ['reset'])
  const document = documents.reset ?? {}
  const configuration: ResetConfiguration = {
    certificatesDir: given(flags.certDir, document.certificatesDir) ?? paths.pki,
    cleanupTmpDir: flags.cleanupTmpDir ?? document.cleanupTmpDir ?? false,
    criSocket: criSocket(given(flags.criSocket, document.criSocket), facts),
    dryRun: flags.dryRun ?? document.dryRun ?? false,
    force: flags.force ?? document.force ?? false,
    ignorePreflightErrors: union(document.ignorePreflightErrors, flags.ignorePreflightErrors),
    skipPhases: flags.skipPhases ?? document.skipPhases ?? [],
    unmountFlags: document.unmountFlags ?? [],
    timeouts: timeouts(document.timeouts),
  }
  return { configuration: finish(configuration, resetRules, documents, flags), notes }
}
