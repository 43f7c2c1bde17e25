import t from 'tap'
import { memoryHost } from '../../src/host/memory.ts'
import { clusterAdmins } from '../../src/phases/cluster-admins.ts'
import { memoryCluster } from '../fixtures/cluster.ts'
import { initContext, planOf } from '../fixtures/init-plan.ts'

t.test('admin.conf becomes an administrator\'s; one that is so already stays as it is', async t => {
  const cluster = memoryCluster()
  const context = initContext(planOf(), memoryHost(), cluster)
  await clusterAdmins.run?.(context)
  const binding = cluster.objects.get('ClusterRoleBinding kubeadm:cluster-admins')
  t.match(binding, { roleRef: { kind: 'ClusterRole', name: 'cluster-admin' }, subjects: [{ kind: 'Group', name: 'kubeadm:cluster-admins' }] })
  await clusterAdmins.run?.(context)
  t.equal(cluster.objects.get('ClusterRoleBinding kubeadm:cluster-admins'), binding)
})
