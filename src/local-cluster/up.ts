import { Problem } from '../core/problem.ts'
import type { Emit } from '../core/event.ts'
import { execute } from '../core/execute.ts'
import type { Phase } from '../core/phase.ts'
import { plan } from '../core/plan.ts'
import { resolveVersion } from '../config/versions.ts'
import type { Host } from '../host/host.ts'
import { generateToken } from '../token/token.ts'
import { kubeconfigPath, masterName, userFolder, workerNames, type LocalCluster, type LocalClusterOptions } from './context.ts'
import { ensureEngine } from './engine.ts'
import { ensureImage, imageName } from './image.ts'
import { kubectl, type NodeObject } from './kubectl.ts'
import { initMaster, joinWorker } from './members.ts'
import { runInNode, startNodes } from './nodes.ts'
import { connectPods, podRanges } from './pod-network.ts'
import { checkNames, checkOptions } from './preconditions.ts'
import { waitUntilReady } from './readiness.ts'

export interface LocalClusterResult {
  readonly name: string
  readonly kubernetesVersion: string
  readonly nodes: readonly { readonly name: string, readonly address: string, readonly role: 'master' | 'node', readonly kubelet: string }[]
  /** Paths on this machine. */
  readonly kubeconfig: string
  readonly kubectl: string
}

/** Brings up a cluster of containers on this machine and waits until it serves. A failure leaves the nodes to be looked at. */
export async function up(options: LocalClusterOptions, host: Host, emit: Emit): Promise<LocalClusterResult> {
  const { version } = resolveVersion(options.kubernetesVersion)
  const cluster: LocalCluster = { options: { ...options, kubernetesVersion: version }, token: generateToken(host.random), host, emit }
  await checkOptions(cluster.options, host)
  await execute(plan(upWorkflow(cluster.options)), cluster, emit)
  return await result(cluster)
}

/** The workers are phases of their own, so that each one's progress is seen. */
export function upWorkflow(options: LocalClusterOptions): readonly Phase<LocalCluster>[] {
  return [
    { name: 'engine', summary: 'Make sure that docker runs', run: async ({ host, emit }) => await ensureEngine(host, emit) },
    { name: 'names', summary: 'Look for a cluster that is there already', run: async cluster => await checkNames(cluster.options, cluster.host) },
    { name: 'image', summary: 'Get Kubernetes\' programs and make the image that nodes start from', run: makeImage },
    { name: 'nodes', summary: 'Start the nodes', run: makeNodes },
    { name: 'init', summary: 'Initialize the master', run: initMaster },
    { name: 'controllers', summary: 'Wait until the master\'s controllers work', run: async cluster => { await podRanges([masterName(options.name)], cluster) } },
    {
      name: 'master-pods',
      summary: 'Connect the master\'s Pods',
      run: async cluster => await connectPods([masterName(options.name)], cluster),
    },
    {
      name: 'join',
      summary: 'Join the workers, side by side',
      alongside: true,
      when: () => options.numNodes > 0,
      phases: workerNames(options).map((worker, index) => ({
        name: worker,
        summary: `Join ${worker}`,
        run: async (cluster: LocalCluster) => await joinWorker(worker, cluster),
        ...(index > 0 ? { alongside: true as const } : {}),
      })),
    },
    { name: 'pod-network', summary: 'Connect the Pods of all nodes', when: () => options.numNodes > 0, run: connectAll },
    { name: 'ready', summary: 'Wait until nodes are Ready and CoreDNS serves', run: waitUntilReady },
    { name: 'kubeconfig', summary: 'Write the kubeconfig', run: writeKubeconfig },
  ]
}

async function makeImage({ options, host, emit }: LocalCluster): Promise<void> {
  const { kubectl: program } = await ensureImage(options, host, emit)
  await host.files.makeDirectory(userFolder(host), 0o700)
  await host.commands.change('ln', ['-sfn', program, `${userFolder(host)}/kubectl`])
}

async function makeNodes({ options, host, emit }: LocalCluster): Promise<void> {
  const names = [masterName(options.name), ...workerNames(options)]
  await startNodes({ cluster: options.name, image: imageName(options.kubernetesVersion), names, kubeadm: options.kubeadm }, host, emit)
}

async function connectAll(cluster: LocalCluster): Promise<void> {
  await connectPods([masterName(cluster.options.name), ...workerNames(cluster.options)], cluster)
}

async function writeKubeconfig({ options, host }: LocalCluster): Promise<void> {
  const read = await runInNode(masterName(options.name), ['cat', '/etc/kubernetes/admin.conf'], host)
  if (read.exitCode !== 0) {
    throw new Problem('kubeconfig-missing', `${masterName(options.name)} has no kubeconfig: ${read.stderr.trim()}`,
      ['kubeadm local-cluster down   # then kubeadm local-cluster up'])
  }
  await host.files.write(kubeconfigPath(options.name, host), `${read.stdout}\n`, { mode: 0o600, directoryMode: 0o700 })
}

async function result({ options, host }: LocalCluster): Promise<LocalClusterResult> {
  const found = await kubectl<{ items: readonly NodeObject[] }>(options.name, ['get', 'nodes'], host)
  return {
    name: options.name,
    kubernetesVersion: options.kubernetesVersion,
    nodes: (found?.items ?? []).map(node => ({
      name: node.metadata.name,
      address: node.status?.addresses?.find(entry => entry.type === 'InternalIP')?.address ?? '',
      role: node.metadata.name === masterName(options.name) ? 'master' : 'node',
      kubelet: node.status?.nodeInfo?.kubeletVersion ?? '',
    })),
    kubeconfig: kubeconfigPath(options.name, host),
    kubectl: `${userFolder(host)}/kubectl`,
  }
}
