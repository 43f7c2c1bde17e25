import { load } from 'js-yaml'
import { apiServer, isUnauthorized } from '../cluster/api-server.ts'
import { ifPresent } from '../cluster/if-present.ts'
import { nodeIdentity } from '../cluster/node-identity.ts'
import { milliseconds } from '../config/duration.ts'
import { paths } from '../config/paths.ts'
import type { ComponentConfiguration, JoinConfiguration } from '../config/v1beta4.ts'
import type { Emit } from '../core/event.ts'
import { messageOf, Problem } from '../core/problem.ts'
import { isRecord } from '../core/record.ts'
import { discoverByToken, type DiscoveredCluster } from '../discovery/token.ts'
import type { Host } from '../host/host.ts'
import type { TargetCluster } from './context.ts'

/**
 * Finds the cluster, makes sure that it is the right one, and reads what a node has to know. Nothing is written.
 * `resuming`: an earlier join was cut off here, perhaps after the kubelet had registered.
 */
export async function findCluster(configuration: JoinConfiguration, host: Host, emit: Emit, resuming: boolean): Promise<TargetCluster> {
  const { discovery, timeouts, nodeRegistration: { name } } = configuration
  if (discovery.bootstrapToken === undefined) {
    throw new Problem('discovery-unsupported', 'Joining with a discovery file is not supported yet.', ['Join with a token: kubeadm join node --token=<token> <master-ip>'])
  }
  const found = await discoverByToken(host, emit, discovery.bootstrapToken, milliseconds(timeouts.discovery))
  const registered = resuming && await registeredHere(host, found, name)
  const asked = (timeout: number) => apiServer({
    kubeconfig: paths.bootstrapKubeletConf,
    connection: async () => ({ server: found.server, ca: found.ca, token: discovery.tlsBootstrapToken }),
    host,
    emit,
    timeout,
  })
  const patient = asked(milliseconds(timeouts.kubernetesAPICall))
  const [kubelet] = await Promise.all([kubeletConfiguration(patient), ...registered ? [] : [refuseTakenName(patient, name)]])
  // Whoever waits looks again by himself, and has a limit of his own.
  return { ...found, cluster: asked(0), kubelet, registered }
}

/** Whether the kubelet has its certificate for this cluster and name already. Problem `joined-elsewhere` when it has one for another: it would go on using that. */
async function registeredHere(host: Host, found: DiscoveredCluster, name: string): Promise<boolean> {
  const identity = await nodeIdentity(host)
  if (identity === undefined) return false
  const { node, server, ca } = identity
  if (server === found.server && ca.trim() === found.ca.trim() && node === name) return true
  throw new Problem('joined-elsewhere',
    `Unable to join: an earlier join that was cut off made this machine the node ${node} of the cluster at ${server}, not ${name} of that at ${found.server}${server === found.server && node === name ? ', which has another CA now' : ''}.`,
    ['Take that back, then join again: kubeadm reset'])
}

async function kubeletConfiguration(cluster: TargetCluster['cluster']): Promise<ComponentConfiguration> {
  const map = await asNode('read the kubelets\' configuration', async () => await cluster.request('read ConfigMap kube-system/kubelet-config',
    async api => await api.core.readNamespacedConfigMap({ namespace: 'kube-system', name: 'kubelet-config' })))
  return mappingOf(map.data?.['kubelet'])
}

function mappingOf(text = ''): ComponentConfiguration {
  let why = 'it is not a mapping'
  try {
    const value = load(text)
    if (isRecord(value)) return value
  } catch (error) {
    why = messageOf(error).split('\n')[0] ?? why
  }
  throw new Problem('kubelet-config-invalid', `Unable to join: ConfigMap kube-system/kubelet-config holds no KubeletConfiguration under "kubelet" (${why}).`,
    ['On the master, look at it: kubectl -n kube-system get configmap kubelet-config -o yaml'])
}

/** Two kubelets under one name would take turns in overwriting each other's Node. */
async function refuseTakenName(cluster: TargetCluster['cluster'], name: string): Promise<void> {
  const node = await asNode(`look for a Node named ${name}`, async () =>
    await ifPresent(cluster.request(`read node ${name}`, async api => await api.core.readNode({ name }))))
  const ready = node?.status?.conditions?.some(condition => condition.type === 'Ready' && condition.status === 'True') === true
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
    if (isUnauthorized(error)) {
      throw new Problem('token-not-accepted', 'Unable to join: the cluster does not let this token in: it has just expired or been deleted, or it may not be used for authentication. Check your token.',
        ['On the master: kubeadm token create --print-join-command'], { cause: error })
    }
    if (error.code === 'forbidden') {
      throw new Problem('token-forbidden', `Unable to join: the token may not ${what}.`, ['On the master: kubeadm init phase bootstrap-token', 'Make a token with the default groups: kubeadm token create --print-join-command'], { cause: error })
    }
    // The kubeconfig that the API server's own advice names is not written yet.
    const [first = 'On the master: kubectl get --raw /readyz?verbose', ...more] = error.fix.filter(fix => !fix.includes(paths.bootstrapKubeletConf))
    throw new Problem(error.code, `Unable to join: ${error.message}`, [first, ...more], { cause: error })
  }
}
