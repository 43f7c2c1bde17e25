import type { Phase } from '../core/phase.ts'
import { clusterAdmins as binding } from '../manifests/rbac.ts'
import type { InitContext } from './context.ts'

/** admin.conf may do nothing until this binding is there, which only the holder of super-admin.conf can make. */
export const clusterAdmins: Phase<InitContext> = {
  name: 'cluster-admins',
  summary: 'Make the holders of admin.conf administrators of the cluster',
  hidden: true,
  run: async ({ cluster }) => await cluster.apply([binding()]),
}
