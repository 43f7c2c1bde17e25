import { newestVersion } from '../config/versions.ts'
import { Problem } from '../core/problem.ts'
import type { LocalClusterOptions } from '../local-cluster/context.ts'
import type { LocalClusterResult } from '../local-cluster/up.ts'
import { table } from '../render/table.ts'
import type { Terminal } from '../render/terminal.ts'
import { session, type Command, type Values } from './command.ts'
import { pick } from './flags.ts'

/** What is printed while each phase of `up` runs. */
const titles: Readonly<Record<string, string>> = {
  'engine': 'Making sure that docker runs...',
  'image': 'Preparing the node image...',
  'nodes': 'Starting nodes...',
  'init': 'Initializing the master...',
  'join': 'Joining the nodes...',
  'pod-network': 'Connecting the Pods...',
  'ready': 'Waiting for nodes and DNS...',
}

const up: Command = {
  command: 'up',
  describe: 'Bring up a cluster of containers on this machine',
  build: builder => builder
    .options(pick('num-nodes', 'kubernetes-version', 'name', 'programs', 'assets', 'output'))
    .example('kubeadm local-cluster up', 'a master and two nodes')
    .example('kubeadm local-cluster up --num-nodes 0', 'a master alone, which runs Pods too'),
  run: async (values, terminal) => await session(values, terminal, phase => titles[phase.split('/')[0] ?? ''], async ({ host, emit, show }) => {
    const { up } = await import('../local-cluster/up.ts')
    const result = await up(options(values, terminal), host, emit)
    show(summary(result), { ...result })
  }, { notes: true }),
}

const down: Command = {
  command: 'down',
  describe: 'Remove a local cluster, and keep what the next one starts from',
  build: builder => builder.options(pick('name', 'output')).example('kubeadm local-cluster down', 'the default one'),
  run: async (values, terminal) => await session(values, terminal, () => undefined, async ({ host, emit, show }) => {
    const { down } = await import('../local-cluster/down.ts')
    const { removed } = await down(String(values['name']), host, emit)
    show(removalText(removed), { removed })
  }),
}

const clean: Command = {
  command: 'clean',
  describe: 'Remove all local clusters with their images and caches',
  build: builder => builder.options(pick('output')).example('kubeadm local-cluster clean', 'nothing stays'),
  run: async (values, terminal) => await session(values, terminal, () => undefined, async ({ host, emit, show }) => {
    const { clean } = await import('../local-cluster/down.ts')
    const { removed } = await clean(host, emit)
    show(removalText(removed), { removed })
  }),
}

export const localCluster: Command = {
  command: 'local-cluster',
  describe: 'Clusters of containers on this machine',
  commands: [up, down, clean],
}

function options(values: Values, terminal: Terminal): LocalClusterOptions {
  if (terminal.program.endsWith('/node')) {
    throw new Problem('not-packaged', 'The nodes run this very program, which therefore has to be the packaged one.', ['npm run build, then: build/kubeadm local-cluster up'])
  }
  const assets = values['assets'] ?? terminal.environment['KUBEADM_ASSETS']
  const programs = values['programs']
  return {
    name: String(values['name']),
    numNodes: Number(values['num-nodes']),
    kubernetesVersion: String(values['kubernetes-version'] ?? newestVersion),
    kubeadm: terminal.program,
    ...typeof assets === 'string' && assets !== '' && { assets: terminal.absolute(assets) },
    ...(programs === 'folder' || programs === 'release' || programs === 'build') && { programs },
  }
}

function summary({ name, nodes, kubeconfig, kubectl }: LocalClusterResult): string {
  const suffix = name === 'kube' ? '' : ` --name ${name}`
  return `${table(['NAME', 'ROLE', 'ADDRESS', 'VERSION'], nodes.map(node => [node.name, node.role, node.address, node.kubelet]))}
All nodes are Ready and DNS serves. Use the cluster with:
  ${kubectl} --kubeconfig ${kubeconfig} get pods -A
Take it down with:
  kubeadm local-cluster down${suffix}
`
}

function removalText(removed: readonly string[]): string {
  return removed.length === 0 ? 'There was nothing to remove.\n' : removed.map(name => `removed ${name}\n`).join('')
}
