import t from 'tap'
import type { V1Node } from '@kubernetes/client-node'
import { memoryHost } from '../../src/host/memory.ts'
import { marking, markControlPlane } from '../../src/phases/mark-control-plane.ts'
import { memoryCluster, registeredNode } from '../fixtures/cluster.ts'
import { initContext, planOf } from '../fixtures/init-plan.ts'

const taint = { key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' } as const

t.test('labels and taint are added, others stay', async t => {
  const foreign = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }
  const cluster = memoryCluster([registeredNode('vm', { taints: [foreign] })])
  await markControlPlane.run?.(initContext(planOf(), memoryHost(), cluster))
  t.strictSame(cluster.objects.get('Node vm')?.metadata.labels, {
    'kubernetes.io/hostname': 'vm',
    'node-role.kubernetes.io/control-plane': '',
    'node.kubernetes.io/exclude-from-external-load-balancers': '',
  })
  t.strictSame(cluster.objects.get('Node vm')?.['spec'], { taints: [foreign, taint] })
})

t.test('a node that is marked already is left alone', async t => {
  const cluster = memoryCluster([registeredNode('vm')])
  await markControlPlane.run?.(initContext(planOf(), memoryHost(), cluster))
  const node = cluster.objects.get('Node vm')
  t.same(marking(node as unknown as V1Node, [taint]), [])
  t.same(marking(node as unknown as V1Node, [{ ...taint, value: 'other' }]), [], 'a taint counts by key and effect')
})

t.test('no taints wanted', async t => {
  t.same(marking(registeredNode('vm') as unknown as V1Node, []).map(operation => 'path' in operation && operation.path),
    ['/metadata/resourceVersion', '/metadata/labels/node-role.kubernetes.io~1control-plane', '/metadata/labels/node.kubernetes.io~1exclude-from-external-load-balancers'])
})

t.test('waits for the kubelet to register the node', async t => {
  const cluster = memoryCluster()
  const host = memoryHost()
  const sleep = host.clock.sleep
  let waits = 0
  const late = { ...host, clock: { ...host.clock, sleep: async (time: number) => {
    await sleep(time)
    if (++waits === 2) await cluster.apply([registeredNode('vm')])
  } } }
  await markControlPlane.run?.(initContext(planOf(), late, cluster))
  t.equal(waits, 2)
  t.ok(cluster.objects.get('Node vm')?.metadata.labels?.['node-role.kubernetes.io/control-plane'] === '')
})

t.test('gives up after timeouts.kubernetesAPICall, with the reason', async t => {
  await t.rejects(markControlPlane.run?.(initContext()) ?? Promise.resolve(),
    { code: 'timed-out', message: /Node vm after 60 s \(timeouts\.kubernetesAPICall\): the kubelet has not registered it yet/, fix: [/journalctl/] })
})

t.test('the API server\'s own start does not count against the node', async t => {
  const cluster = memoryCluster()
  const host = memoryHost()
  let requests = 0
  const slow: typeof cluster = { ...cluster, request: async (what, call) => {
    if (++requests === 1) await host.clock.sleep(120_000)
    if (requests === 3) await cluster.apply([registeredNode('vm')])
    return await cluster.request(what, call)
  } }
  await markControlPlane.run?.(initContext(planOf(), host, slow))
  t.equal(requests, 3)
})
