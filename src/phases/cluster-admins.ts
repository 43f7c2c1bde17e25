import { isAlreadyExists } from '../cluster/api-server.ts'
import type { Phase } from '../core/phase.ts'
import { clusterAdmins as binding } from '../manifests/rbac.ts'
import type { InitContext } from './context.ts'

/**
 * admin.conf may do nothing until this binding is there, which only the holder of super-admin.conf can make. It is not
 * applied by kubectl, whose start takes longer than everything else here.
 */
export const clusterAdmins: Phase<InitContext> = {
  name: 'cluster-admins',
  summary: 'Make the holders of admin.conf administrators of the cluster',
  hidden: true,
  run: async ({ cluster }) => await cluster.request('make admin.conf an administrator\'s', async ({ rbac }) => {
    try {
      await rbac.createClusterRoleBinding({ body: binding() })
    } catch (error) {
      if (!isAlreadyExists(error)) throw error
    }
  }),
}
