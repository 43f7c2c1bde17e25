import type { InitFlags } from '../config/flags.ts'
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
    const command = `kubeadm join node --token=${result.token} ${result.advertiseAddress}`
    const { aside } = result.kubeconfig
    const given = typeof values['token'] === 'string'
    show(`${given ? '' : `Cluster token: ${result.token}\nRun the following command on machines you want to become nodes:\n  ${command}\n`}${aside === undefined ? '' : `Your kubeconfig could not be merged and is now ${aside}.\n`}You can now run kubectl here.\n`, {
      joinCommand: command, token: result.token, advertiseAddress: result.advertiseAddress, kubeconfig: result.kubeconfig.path,
    })
  }),
}
