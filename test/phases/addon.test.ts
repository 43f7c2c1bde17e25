import t from 'tap'
import { execute } from '../../src/core/execute.ts'
import type { Event } from '../../src/core/event.ts'
import { plan } from '../../src/core/plan.ts'
import { memoryHost } from '../../src/host/memory.ts'
import { addon } from '../../src/phases/addon.ts'
import { memoryCluster } from '../fixtures/cluster.ts'
import { initContext, planOf } from '../fixtures/init-plan.ts'

const metadata = { name: 'coredns', namespace: 'kube-system' }

t.test('a Corefile and a number of replicas that are there are kept', async t => {
  const cluster = memoryCluster([
    { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { Corefile: '. { forward . 192.0.2.53 }\n' } },
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { replicas: 5 } },
  ])
  const context = initContext(planOf(), memoryHost(), cluster)
  await execute(plan([addon]), context, context.emit)
  t.strictSame(cluster.objects.get('ConfigMap kube-system/coredns')?.['data'], { Corefile: '. { forward . 192.0.2.53 }\n' })
  t.match(cluster.objects.get('Deployment kube-system/coredns'), { spec: { replicas: 5, template: { spec: { containers: [{ name: 'coredns' }] } } } })
})

t.test('each in one apply', async t => {
  const context = initContext()
  await execute(plan([addon]), context, context.emit)
  t.same(context.cluster.applied.map(objects => objects.length), [6, 6])
  t.match(context.cluster.objects.get('Deployment kube-system/coredns'), { spec: { replicas: 2 } })
})

t.test('a disabled add-on is not needed', async t => {
  const context = initContext(planOf('apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\ndns: { disabled: true }\nproxy: { disabled: true }'))
  const events: Event[] = []
  await execute(plan([addon]), context, event => events.push(event))
  t.same(context.cluster.applied, [])
  t.match(events.filter(event => event.type === 'phase' && event.status === 'skipped'),
    [{ phase: 'addon/coredns', reason: 'not-needed' }, { phase: 'addon/kube-proxy', reason: 'not-needed' }])
})
