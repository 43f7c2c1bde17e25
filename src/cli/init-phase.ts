import type { InitFlags } from '../config/flags.ts'
import { session, type Command } from './command.ts'
import { fileDocuments } from './configuration-file.ts'
import { camelCase, pick } from './flags.ts'

export const initPhase: Command = {
  command: 'phase <words..>',
  describe: 'Run one phase of init',
  build: builder => builder
    .positional('words', { type: 'string', demandOption: true, describe: 'The phase, such as kubelet-start, certs ca or certs all' })
    .options(pick(
      'config', 'cert-dir', 'kubeconfig-dir', 'kubeconfig', 'apiserver-advertise-address', 'apiserver-bind-port', 'apiserver-cert-extra-sans',
      'control-plane-endpoint', 'kubernetes-version', 'pod-network-cidr', 'service-cidr', 'service-dns-domain', 'node-name',
      'cri-socket', 'image-repository', 'feature-gates', 'ignore-preflight-errors', 'output',
    ))
    .example('kubeadm init phase certs all', 'all certificates; those that are there are checked and kept')
    .example('kubeadm init phase kubeconfig admin', 'only admin.conf'),
  run: async (values, terminal) => await session(values, terminal, () => undefined, async ({ host, emit, show }) => {
    const { initPhase } = await import('../init/phase.ts')
    const { kubeconfig, kubeconfigDir, certDir, ...flags } = camelCase(values)
    const words = (values['words'] as readonly unknown[]).map(String)
    await initPhase({
      words,
      flags: { ...flags as InitFlags, ...typeof certDir === 'string' && { certDir: terminal.absolute(certDir) } },
      kubeconfig: terminal.absolute(String(kubeconfig)),
      kubeconfigDirectory: terminal.absolute(String(kubeconfigDir)),
      ...await fileDocuments(host, values, terminal),
    }, host, emit)
    show(`Done: ${words.join(' ')}\n`, { phase: words.join('/') })
  }),
}
