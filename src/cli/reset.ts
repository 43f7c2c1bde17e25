import type { ResetFlags } from '../config/flags.ts'
import { session, type Command } from './command.ts'
import { fileDocuments } from './configuration-file.ts'
import { camelCase, pick } from './flags.ts'

export const reset: Command = {
  command: 'reset',
  describe: 'Take back what init or join did to this machine',
  build: builder => builder
    .options(pick('force', 'config', 'cert-dir', 'cleanup-tmp-dir', 'cri-socket', 'kubeconfig', 'ignore-preflight-errors', 'skip-phases', 'output'))
    .example('kubeadm reset', 'asks first')
    .example('kubeadm reset --force', 'for scripts'),
  run: async (values, terminal) => await session(values, terminal, () => 'Resetting this node...', async ({ host, emit, show }) => {
    const { reset } = await import('../reset/reset.ts')
    const { kubeconfig, ...flags } = camelCase(values)
    await reset({ flags: flags as ResetFlags, kubeconfig: terminal.absolute(String(kubeconfig)), ask: terminal.ask, ...await fileDocuments(host, values, terminal) }, host, emit)
    show('This machine is no longer part of a cluster. Kept: images, CNI configuration in /etc/cni/net.d, packages.\n', {})
  }, { notes: true }),
}
