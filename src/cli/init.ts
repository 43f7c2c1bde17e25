import type { InitFlags } from '../config/flags.ts'
import type { InitResult } from '../init/init.ts'
import { session, type Command } from './command.ts'
import { fileDocuments } from './configuration-file.ts'
import { camelCase, pick } from './flags.ts'
import { initPhase } from './init-phase.ts'

export const init: Command = {
  command: 'init [role]',
  describe: 'Make this machine the first control plane of a new cluster',
  commands: [initPhase],
  build: builder => builder
    .positional('role', { type: 'string', choices: ['master'], describe: 'The only role there is; may be left out' })
    .options(pick(
      'config', 'token', 'token-ttl', 'apiserver-advertise-address', 'apiserver-bind-port', 'apiserver-cert-extra-sans',
      'control-plane-endpoint', 'kubernetes-version', 'pod-network-cidr', 'service-cidr', 'service-dns-domain', 'node-name',
      'cri-socket', 'cert-dir', 'image-repository', 'feature-gates', 'ignore-preflight-errors', 'skip-phases', 'output',
    ))
    .example('kubeadm init master', 'everything by default')
    .example('kubeadm init master --pod-network-cidr 10.244.0.0/16', 'give every node a part of this range for its Pods')
    .example('kubeadm init --config cluster.yaml', 'from upstream\'s kubeadm.k8s.io/v1beta4 configuration'),
  run: async (values, terminal) => await session(values, terminal, () => 'Initializing kubernetes master...', async ({ host, emit, show, listen }) => {
    const { init } = await import('../init/init.ts')
    const result = await init({ flags: camelCase(values) as InitFlags, ...await fileDocuments(host, values, terminal) }, host, emit, listen)
    show(initText(result), initData(result))
  }),
}

/** A token that was given is known already to whoever is to know it. */
export function initText({ token, tokenMade, endpoint, kubeconfig: { aside } }: InitResult): string {
  return [
    ...token !== undefined && tokenMade
      ? [`Cluster token: ${token}`, 'Run the following command on machines you want to become nodes:', `  ${command(token, endpoint)}`] : [],
    ...aside === undefined ? [] : [`Your kubeconfig could not be merged and is now ${aside}.`],
    'You can now run kubectl here.', '',
  ].join('\n')
}

function initData({ token, endpoint, kubeconfig }: InitResult): Readonly<Record<string, string>> {
  return { ...token !== undefined && { joinCommand: command(token, endpoint), token }, endpoint, kubeconfig: kubeconfig.path }
}

function command(token: string, endpoint: string): string {
  return `kubeadm join node --token=${token} ${endpoint}`
}
