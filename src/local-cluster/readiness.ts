import { waitFor } from '../core/wait.ts'
import { masterName, workerNames, type LocalCluster } from './context.ts'
import { kubectl, type NodeObject } from './kubectl.ts'

interface Deployment {
  readonly metadata: { readonly name: string }
  readonly spec?: { readonly replicas?: number }
  readonly status?: { readonly availableReplicas?: number, readonly conditions?: readonly { readonly type: string, readonly status: string }[] }
}

/** Waits until every node is Ready and CoreDNS is available. */
export async function waitUntilReady({ options, host, emit }: LocalCluster): Promise<void> {
  const master = masterName(options.name)
  const inMaster = `docker exec ${master} kubectl --kubeconfig /etc/kubernetes/admin.conf`
  const names = [master, ...workerNames(options)]
  await waitFor({
    target: 'nodes and CoreDNS', timeout: 300_000, interval: 300, clock: host.clock, emit, setting: 'the time nodes have to become Ready',
    fix: [`${inMaster} get pods --all-namespaces -o wide`, `${inMaster} describe nodes`, `${inMaster} -n kube-system logs deployment/coredns`],
  }, async () => {
    const found = await kubectl<{ items: readonly (NodeObject & Deployment & { kind: string })[] }>(
      options.name, ['--namespace=kube-system', 'get', 'nodes,deployments'], host)
    if (found === undefined) return { seen: 'the API server does not answer' }
    const unready = names.flatMap(name => describeNode(name, found.items.find(item => item.kind === 'Node' && item.metadata.name === name)))
    const dns = describeDns(found.items.find(item => item.kind === 'Deployment' && item.metadata.name === 'coredns'))
    const missing = [...unready, ...dns]
    return missing.length === 0 ? { done: true } : { seen: missing.join('; ') }
  })
}

function describeNode(name: string, node: NodeObject | undefined): readonly string[] {
  if (node === undefined) return [`${name} has not registered`]
  const ready = node.status?.conditions?.find(condition => condition.type === 'Ready')
  return ready?.status === 'True' ? [] : [`${name} is not Ready (${ready?.reason ?? 'no status yet'})`]
}

function describeDns(deployment: Deployment | undefined): readonly string[] {
  if (deployment === undefined) return ['CoreDNS is not deployed']
  const available = deployment.status?.conditions?.some(condition => condition.type === 'Available' && condition.status === 'True') === true &&
    (deployment.status?.availableReplicas ?? 0) > 0
  return available ? [] : [`CoreDNS has ${deployment.status?.availableReplicas ?? 0} of ${deployment.spec?.replicas ?? 0} Pods available`]
}
