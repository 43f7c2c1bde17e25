import { load } from 'js-yaml'
import { apiServer } from '../cluster/api-server.ts'
import { milliseconds } from '../config/duration.ts'
import { paths } from '../config/paths.ts'
import type { ComponentConfiguration, JoinConfiguration } from '../config/v1beta4.ts'
import type { Emit } from '../core/event.ts'
import { Problem } from '../core/problem.ts'
import { discoverByToken } from '../discovery/token.ts'
import type { Host } from '../host/host.ts'
import type { TargetCluster } from './context.ts'

/** Finds the cluster, makes sure that it is the right one, and reads what a node has to know. Nothing is written. */
export async function findCluster(configuration: JoinConfiguration, host: Host, emit: Emit): Promise<TargetCluster> {
  const { discovery, timeouts, nodeRegistration } = configuration
  if (discovery.bootstrapToken === undefined) {
    throw new Problem('discovery-unsupported', 'Joining with a discovery file is not supported yet.', ['Join with a token: kubeadm join node --token=<token> <master-ip>'])
  }
  const found = await discoverByToken(host, emit, discovery.bootstrapToken, milliseconds(timeouts.discovery))
  const cluster = apiServer({
    kubeconfig: paths.bootstrapKubeletConf,
    connection: async () => ({ server: found.server, ca: found.ca, token: discovery.tlsBootstrapToken }),
    host,
    emit,
    timeout: milliseconds(timeouts.kubernetesAPICall),
  })
  const [kubelet] = await Promise.all([kubeletConfiguration(cluster), refuseTakenName(cluster, nodeRegistration.name)])
  return { ...found, cluster, kubelet }
}

async function kubeletConfiguration(cluster: TargetCluster['cluster']): Promise<ComponentConfiguration> {
  const map = await asNode('read the kubelets\' configuration', async () => await cluster.request('read ConfigMap kube-system/kubelet-config',
    async api => await api.core.readNamespacedConfigMap({ namespace: 'kube-system', name: 'kubelet-config' })))
  const value: unknown = load(map.data?.['kubelet'] ?? '')
  if (typeof value !== 'object' || value === null) {
    throw new Problem('kubelet-config-invalid', 'Unable to join: ConfigMap kube-system/kubelet-config holds no KubeletConfiguration.',
      ['On the master: kubeadm init phase upload-config kubelet'])
  }
  return value as ComponentConfiguration
}

/** Two kubelets under one name would take turns in overwriting each other's Node. */
async function refuseTakenName(cluster: TargetCluster['cluster'], name: string): Promise<void> {
  const ready = await asNode(`look for a Node named ${name}`, async () => await cluster.request(`read node ${name}`, async api => {
    try {
      const node = await api.core.readNode({ name })
      return node.status?.conditions?.some(condition => condition.type === 'Ready' && condition.status === 'True') === true
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 404) return false
      throw error
    }
  }))
  if (ready) {
    throw new Problem('node-name-taken', `Unable to join: the cluster already has a node named ${name}, and it is Ready.`,
      ['Give this one another name: --node-name NAME', `If that node is gone for good, on the master: kubectl delete node ${name}`])
  }
}

/** Says in the words of joining what it means when the API server does not take the token. */
async function asNode<Result>(what: string, act: () => Promise<Result>): Promise<Result> {
  try {
    return await act()
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    if (error.code === 'unauthorized' || error.code === 'http-401') {
      throw new Problem('token-not-accepted', 'Unable to join: the cluster does not let this token in: it has just expired or been deleted, or it may not be used for authentication. Check your token.',
        ['On the master: kubeadm token create --print-join-command'], { cause: error })
    }
    if (error.code === 'forbidden') {
      throw new Problem('token-forbidden', `Unable to join: the token may not ${what}.`, ['On the master: kubeadm init phase bootstrap-token', 'Make a token with the default groups: kubeadm token create --print-join-command'], { cause: error })
    }
    throw new Problem(error.code, `Unable to join: ${error.message}`, error.fix, { cause: error })
  }
}
