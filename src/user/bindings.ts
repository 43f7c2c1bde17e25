import type { V1ClusterRoleBinding, V1RoleBinding } from '@kubernetes/client-node'
import type { Cluster } from '../cluster/cluster.ts'
import { ifPresent } from '../cluster/if-present.ts'

/** What `user create` marks its bindings with. */
export const label = { 'app.kubernetes.io/managed-by': 'kubeadm-user' } as const

/** RFC 3339: the end of the certificate that was issued with a binding. The cluster keeps no certificates, so it is noted here. */
export const expiresAnnotation = 'kubeadm.kubernetes.io/user-certificate-expires'

/** A role that is bound to one user. */
export interface UserBinding {
  readonly user: string
  readonly name: string
  /** Absent: in the whole cluster. */
  readonly namespace?: string
  readonly role: { readonly kind: 'ClusterRole' | 'Role', readonly name: string }
  /** Whether `user create` made it. */
  readonly managed: boolean
  readonly expires?: Date
}

/** All roles that are bound to users, whoever bound them. */
export async function bindingsOfUsers(cluster: Cluster): Promise<readonly UserBinding[]> {
  const found = await cluster.request('list the bindings of users', async ({ rbac }) => [
    ...(await rbac.listClusterRoleBinding()).items, ...(await rbac.listRoleBindingForAllNamespaces()).items,
  ])
  return found.flatMap(userBindings)
}

/** Missing is fine. */
export async function deleteBinding(cluster: Cluster, { name, namespace }: UserBinding): Promise<void> {
  await ifPresent(cluster.request(`delete the binding ${name}`, async ({ rbac }) => namespace === undefined
    ? await rbac.deleteClusterRoleBinding({ name })
    : await rbac.deleteNamespacedRoleBinding({ name, namespace })))
}

function userBindings({ metadata = {}, roleRef, subjects = [] }: V1ClusterRoleBinding | V1RoleBinding): readonly UserBinding[] {
  const { name = '', namespace, labels = {}, annotations = {} } = metadata
  const managed = Object.entries(label).every(([key, value]) => labels[key] === value)
  const expires = new Date(annotations[expiresAnnotation] ?? Number.NaN)
  return subjects.filter(({ kind }) => kind === 'User').map(subject => ({
    user: subject.name, name, managed,
    ...namespace !== undefined && { namespace },
    role: { kind: roleRef.kind === 'Role' ? 'Role' : 'ClusterRole', name: roleRef.name },
    ...!Number.isNaN(expires.getTime()) && { expires },
  }))
}
