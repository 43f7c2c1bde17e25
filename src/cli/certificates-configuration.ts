import type { FoundConfiguration } from '../cluster/stored-configuration.ts'
import type { Session } from './command.ts'
import { fileDocuments } from './configuration-file.ts'

/** The configuration for a command on certificates: --config, else the cluster's, else the defaults with a warning. */
export async function configurationOf({ values, terminal, host, emit }: Session, command: string): Promise<FoundConfiguration> {
  const { findConfiguration } = await import('../cluster/stored-configuration.ts')
  const found = await findConfiguration({
    ...await fileDocuments(host, values, terminal),
    ...typeof values['cert-dir'] === 'string' && { certDir: terminal.absolute(values['cert-dir']) },
    kubeconfig: terminal.absolute(String(values['kubeconfig'])),
    command,
  }, host)
  for (const text of found.notes) emit({ type: 'note', text })
  if (found.unread !== undefined) {
    emit({
      type: 'finding', check: 'Configuration', level: 'warning',
      message: `The cluster's configuration could not be read, so the defaults are used. ${found.unread}`,
      fix: ['If it differs from the defaults, name a file with it: --config FILE'],
    })
  }
  return found
}
