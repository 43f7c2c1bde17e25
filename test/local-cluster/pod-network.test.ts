import t from 'tap'
import { memoryHost } from '../../src/host/memory.ts'
import { connectPods, podRanges } from '../../src/local-cluster/pod-network.ts'
import type { LocalCluster } from '../../src/local-cluster/context.ts'
import { waitUntilReady } from '../../src/local-cluster/readiness.ts'

const kubectl = 'docker exec kube-master kubectl --kubeconfig=/etc/kubernetes/admin.conf'
const node = (name: string, address: string, podCIDR: string | undefined, ready = 'True') => ({
  kind: 'Node', metadata: { name }, spec: { podCIDR },
  status: { addresses: [{ type: 'Hostname', address: name }, { type: 'InternalIP', address }], conditions: [{ type: 'Ready', status: ready, reason: 'KubeletNotReady' }] },
})
const cluster = (commands: Record<string, string>) => {
  const host = memoryHost({ commands: { docker: '', ...commands } })
  const seen: string[] = []
  const context: LocalCluster = {
    options: { name: 'kube', numNodes: 1, kubernetesVersion: 'v1.36.3', kubeadm: '/k' }, token: 'secret', host,
    emit: event => { if (event.type === 'wait') seen.push(event.seen) },
  }
  return { host, seen, context }
}
const nodes = (...items: readonly object[]) => JSON.stringify({ items })

t.test('each node has a bridge in its own range and a route to the other\'s', async t => {
  const { host, context } = cluster({
    [`${kubectl} get nodes --output=json`]: nodes(node('kube-master', '172.18.0.2', '10.244.0.0/24'), node('kube-node-1', '172.18.0.3', '10.244.1.0/24')),
  })
  await connectPods(['kube-master', 'kube-node-1'], context)
  const connected = host.ran.filter(line => line.startsWith('docker exec --interactive'))
  t.match(connected.find(line => line.includes('kube-master sh')), / connect 10\.244\.0\.0\/16 10\.244\.1\.0\/24 172\.18\.0\.3$/)
  t.match(connected.find(line => line.includes('kube-node-1 sh')), / connect 10\.244\.0\.0\/16 10\.244\.0\.0\/24 172\.18\.0\.2$/)
})

t.test('a node without a range is waited for and named', async t => {
  const { seen, context } = cluster({ [`${kubectl} get nodes --output=json`]: nodes(node('kube-master', '172.18.0.2', undefined)) })
  await t.rejects(podRanges(['kube-master'], context), { code: 'timed-out', message: /none yet for kube-master/ })
  t.equal(seen[0], 'none yet for kube-master')
})

t.test('ready means every node and CoreDNS', async t => {
  const question = `${kubectl} --namespace=kube-system get nodes,deployments --output=json`
  const dns = (available: number) => ({
    kind: 'Deployment', metadata: { name: 'coredns' }, spec: { replicas: 2 },
    status: { availableReplicas: available, conditions: [{ type: 'Available', status: available > 0 ? 'True' : 'False' }] },
  })
  const master = node('kube-master', '172.18.0.2', '10.244.0.0/24')
  await t.resolves(waitUntilReady(cluster({ [question]: nodes(master, node('kube-node-1', '172.18.0.3', '10.244.1.0/24'), dns(1)) }).context))
  await t.rejects(waitUntilReady(cluster({ [question]: nodes(master, node('kube-node-1', '172.18.0.3', '10.244.1.0/24', 'False'), dns(0)) }).context),
    { message: /kube-node-1 is not Ready \(KubeletNotReady\); CoreDNS has 0 of 2 Pods available/ })
  await t.rejects(waitUntilReady(cluster({ [question]: nodes(master, dns(2)) }).context), { message: /kube-node-1 has not registered/ })
})
