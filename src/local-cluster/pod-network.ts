import { Problem } from '../core/problem.ts'
import { waitFor } from '../core/wait.ts'
import { masterName, podSubnet, workerNames, type LocalCluster } from './context.ts'
import { kubectl, type NodeObject } from './kubectl.ts'
import { runInNode } from './nodes.ts'

export interface PodRange {
  readonly node: string
  readonly address: string
  /** The node's `spec.podCIDR`. */
  readonly subnet: string
}

/** CNI 1.0 list: a bridge on each node with addresses from the node's own range. */
export function bridgeNetwork(subnet: string): object {
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

/** Gives each node its part of the Pod network as soon as its range is known, with a route to every other node's. */
export async function connectPods(cluster: LocalCluster): Promise<void> {
  const ranges = await podRanges(cluster)
  await Promise.all(ranges.map(async own => {
    const routes = ranges.filter(range => range !== own).flatMap(range => [range.subnet, range.address])
    const result = await runInNode(own.node, ['sh', '-euc', connect, 'connect', podSubnet, ...routes], cluster.host,
      { input: JSON.stringify(bridgeNetwork(own.subnet), null, 2) })
    if (result.exitCode !== 0) {
      throw new Problem('pod-network-failed', `The Pod network could not be set up in ${own.node}: ${result.stderr.trim()}`,
        [`docker exec ${own.node} ip route`, 'kubeadm local-cluster down   # then kubeadm local-cluster up'])
    }
  }))
}

/** What leaves the Pod network takes the node's address; inside it Pods see each other's. The list is moved into place whole. */
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

async function podRanges({ options, host, emit }: LocalCluster): Promise<readonly PodRange[]> {
  const names = [masterName(options.name), ...workerNames(options)]
  return await waitFor<readonly PodRange[]>({
    target: 'Pod ranges', timeout: 120_000, interval: 100, clock: host.clock, emit, setting: 'the time nodes have to register',
    fix: [`docker exec ${names[0]} kubectl --kubeconfig /etc/kubernetes/admin.conf get nodes -o wide`,
      `docker exec ${names[0]} kubectl --kubeconfig /etc/kubernetes/admin.conf -n kube-system logs kube-controller-manager-${names[0]}`],
  }, async () => {
    const nodes = await kubectl<{ items: readonly NodeObject[] }>(options.name, ['get', 'nodes'], host)
    const ranges = (nodes?.items ?? []).flatMap(rangeOf)
    const missing = names.filter(name => !ranges.some(range => range.node === name))
    return missing.length === 0 ? { done: ranges } : { seen: `none yet for ${missing.join(', ')}` }
  })
}

function rangeOf(node: NodeObject): readonly PodRange[] {
  const address = node.status?.addresses?.find(entry => entry.type === 'InternalIP')?.address
  const subnet = node.spec?.podCIDR
  return address === undefined || subnet === undefined ? [] : [{ node: node.metadata.name, address, subnet }]
}
