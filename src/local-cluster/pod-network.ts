import { Problem } from '../core/problem.ts'
import { waitFor } from '../core/wait.ts'
import { apiService, masterName, podSubnet, type LocalCluster } from './context.ts'
import { kubectl, type NodeObject } from './kubectl.ts'
import { runInNode } from './nodes.ts'

export interface PodRange {
  readonly node: string
  readonly address: string
  /** The node's `spec.podCIDR`. */
  readonly subnet: string
}

/** CNI 1.0 list: a bridge on each node with addresses from the node's own range. */
function bridgeNetwork(subnet: string): object {
  return {
    cniVersion: '1.0.0',
    name: 'pods',
    plugins: [
      {
        type: 'bridge',
        bridge: 'cni0',
        isDefaultGateway: true,
        hairpinMode: true,
        ipam: { type: 'host-local', ranges: [[{ subnet }]], dataDir: '/run/cni-addresses' },
      },
      { type: 'portmap', capabilities: { portMappings: true } },
    ],
  }
}

/**
 * Gives nodes their part of the Pod network as soon as their ranges are known and kube-proxy serves, with a route to
 * every other one's. Can be run again when more nodes have come.
 */
export async function connectPods(names: readonly string[], cluster: LocalCluster): Promise<void> {
  const ranges = await podRanges(names, cluster)
  await Promise.all(ranges.map(async own => {
    await serviceServes(own.node, cluster)
    const routes = ranges.filter(range => range !== own).flatMap(range => [range.subnet, range.address])
    const result = await runInNode(own.node, ['sh', '-euc', connect, 'connect', podSubnet, ...routes], cluster.host,
      { input: JSON.stringify(bridgeNetwork(own.subnet), null, 2) })
    if (result.exitCode !== 0) {
      throw new Problem('pod-network-failed', `The Pod network could not be set up in ${own.node}: ${result.stderr.trim()}`,
        [`docker exec ${own.node} ip route`, 'kubeadm local-cluster down   # then kubeadm local-cluster up'])
    }
  }))
}

/** Without the API server's Service CoreDNS fails its first probe, and the next one comes only 10 s later. */
async function serviceServes(node: string, { options, host, emit }: LocalCluster): Promise<void> {
  const master = masterName(options.name)
  await waitFor({
    target: `kube-proxy in ${node}`, timeout: 120_000, interval: 150, clock: host.clock, emit, setting: 'the time kube-proxy has to start',
    fix: [`docker exec ${master} kubectl --kubeconfig /etc/kubernetes/admin.conf -n kube-system describe pods -l k8s-app=kube-proxy`,
      `docker exec ${master} kubectl --kubeconfig /etc/kubernetes/admin.conf -n kube-system logs -l k8s-app=kube-proxy`],
  }, async () => {
    const answer = await host.commands.query('docker',
      ['exec', node, 'curl', '--silent', '--insecure', '--max-time', '1', '--output', '/dev/null', `https://${apiService}/livez`])
    return answer.exitCode === 0 ? { done: true } : { seen: `the API server's Service does not answer at ${apiService}` }
  })
}

/**
 * What leaves the Pod network takes the node's address; inside it Pods see each other's. containerd notices a list that
 * is renamed within its folder, but not one that is moved into it from elsewhere.
 */
const connect = `
pods=$1
shift
iptables -t nat -C POSTROUTING -s "$pods" ! -d "$pods" -j MASQUERADE 2>/dev/null ||
  iptables -t nat -A POSTROUTING -s "$pods" ! -d "$pods" -j MASQUERADE
while [ $# -gt 0 ]; do
  ip route replace "$1" via "$2"
  shift 2
done
mkdir -p /etc/cni/net.d
cat >/etc/cni/net.d/.pods
mv /etc/cni/net.d/.pods /etc/cni/net.d/10-pods.conflist
`

/** Waits until nodes have their ranges, which also shows that the master's controllers, those that sign certificates among them, work. */
export async function podRanges(names: readonly string[], { options, host, emit }: LocalCluster): Promise<readonly PodRange[]> {
  const master = masterName(options.name)
  return await waitFor<readonly PodRange[]>({
    target: 'Pod ranges', timeout: 120_000, interval: 100, clock: host.clock, emit, setting: 'the time nodes have to register',
    fix: [`docker exec ${master} kubectl --kubeconfig /etc/kubernetes/admin.conf get nodes -o wide`,
      `docker exec ${master} kubectl --kubeconfig /etc/kubernetes/admin.conf -n kube-system logs kube-controller-manager-${master}`],
  }, async () => {
    const nodes = await kubectl<{ items: readonly NodeObject[] }>(options.name, ['get', 'nodes'], host)
    const ranges = (nodes?.items ?? []).flatMap(rangeOf).filter(range => names.includes(range.node))
    const missing = names.filter(name => !ranges.some(range => range.node === name))
    return missing.length === 0 ? { done: ranges } : { seen: `none yet for ${missing.join(', ')}` }
  })
}

function rangeOf(node: NodeObject): readonly PodRange[] {
  const address = node.status?.addresses?.find(entry => entry.type === 'InternalIP')?.address
  const subnet = node.spec?.podCIDR
  return address === undefined || subnet === undefined ? [] : [{ node: node.metadata.name, address, subnet }]
}
