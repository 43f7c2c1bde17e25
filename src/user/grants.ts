import { isNotFound } from '../cluster/api-server.ts'
import { bindingsOfUsers, deleteBinding, expiresAnnotation, label } from './bindings.ts'
import type { Api, Cluster, KubernetesObject } from '../cluster/cluster.ts'
import { Problem } from '../core/problem.ts'

/** What a user shall be allowed. Nothing given: everything. Namespaces alone: everything in them. */
export interface Wishes {
  readonly clusterRole?: string
  /** A Role of the namespaces, or a ClusterRole that shall count in them only. */
  readonly role?: string
  readonly namespaces?: readonly string[]
}

/** One role, in one namespace or everywhere. */
export interface Grant {
  readonly kind: 'ClusterRole' | 'Role'
  readonly role: string
  readonly namespace?: string
}

const everything = 'cluster-admin'

/** Turns wishes into grants; roles and namespaces must exist. Problems `role-conflict`, `role-without-namespace`, `role-missing`, `namespace-missing`. */
export async function grantsFor(cluster: Cluster, { clusterRole, role, namespaces = [] }: Wishes): Promise<readonly Grant[]> {
  if (clusterRole !== undefined && role !== undefined) {
    throw new Problem('role-conflict', 'A user gets either a ClusterRole or a Role, not both.', [`--cluster-role ${clusterRole}`, `--role ${role} --namespace NAMESPACE`])
  }
  if (role !== undefined && namespaces.length === 0) {
    throw new Problem('role-without-namespace', `In which namespace shall the role ${role} count?`, [`--role ${role} --namespace NAMESPACE`, `For all namespaces: --cluster-role ${role}`])
  }
  const wanted = [...new Set(namespaces)]
  if (role === undefined) {
    const name = clusterRole ?? everything
    if (!await exists(cluster, `look for the ClusterRole ${name}`, api => api.rbac.readClusterRole({ name }))) throw roleMissing(name, [])
    for (const namespace of wanted) await checkNamespace(cluster, namespace)
    return wanted.length === 0 ? [{ kind: 'ClusterRole', role: name }] : wanted.map(namespace => ({ kind: 'ClusterRole', role: name, namespace }))
  }
  const grants: Grant[] = []
  for (const namespace of wanted) {
    await checkNamespace(cluster, namespace)
    grants.push({ kind: await kindOf(cluster, role, namespace), role, namespace })
  }
  return grants
}

/** In words, one line a grant. */
export function describeGrant({ kind, role, namespace }: Grant): string {
  const what = kind === 'ClusterRole' && role === everything ? 'everything' : `what the ${kind} ${role} allows`
  return namespace === undefined ? what : `${what} in the namespace ${namespace}`
}

/** The object that gives a user a role, with the end of the user's certificate. Its name holds the role, because a binding's role can never be changed. */
export function bindingOf(user: string, { kind, role, namespace }: Grant, expires: Date): KubernetesObject {
  return {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: namespace === undefined ? 'ClusterRoleBinding' : 'RoleBinding',
    metadata: {
      name: `kubeadm:user:${user}:${kind === 'ClusterRole' ? 'cluster-role' : 'role'}:${role}`,
      labels: label,
      annotations: { [expiresAnnotation]: expires.toISOString() },
      ...namespace !== undefined && { namespace },
    },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name: role },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: user }],
  }
}

/** Gives a user these grants, and takes away those that an earlier call had given it. */
export async function bind(cluster: Cluster, user: string, grants: readonly Grant[], expires: Date): Promise<void> {
  const bindings = grants.map(grant => bindingOf(user, grant, expires))
  await cluster.apply(bindings)
  const earlier = (await bindingsOfUsers(cluster)).filter(({ user: name, managed }) => managed && name === user)
  for (const binding of earlier) {
    if (!bindings.some(({ metadata }) => metadata.name === binding.name && metadata.namespace === binding.namespace)) await deleteBinding(cluster, binding)
  }
}

async function kindOf(cluster: Cluster, name: string, namespace: string): Promise<Grant['kind']> {
  if (await exists(cluster, `look for the Role ${name}`, api => api.rbac.readNamespacedRole({ name, namespace }))) return 'Role'
  if (await exists(cluster, `look for the ClusterRole ${name}`, api => api.rbac.readClusterRole({ name }))) return 'ClusterRole'
  throw roleMissing(name, [namespace])
}

async function checkNamespace(cluster: Cluster, name: string): Promise<void> {
  if (await exists(cluster, `look for the namespace ${name}`, api => api.core.readNamespace({ name }))) return
  throw new Problem('namespace-missing', `The cluster has no namespace ${name}.`, [`kubectl create namespace ${name}`, 'See what there is: kubectl get namespaces'])
}

function roleMissing(name: string, namespaces: readonly string[]): Problem {
  const [namespace] = namespaces
  return new Problem('role-missing', namespace === undefined
    ? `The cluster has no ClusterRole ${name}.`
    : `The namespace ${namespace} has no Role ${name}, and the cluster has no ClusterRole of that name.`,
    [`See what there is: kubectl get ${namespace === undefined ? 'clusterroles' : `roles,clusterroles -n ${namespace}`}`])
}

async function exists(cluster: Cluster, what: string, call: (api: Api) => Promise<unknown>): Promise<boolean> {
  try {
    await cluster.request(what, call)
    return true
  } catch (error) {
    if (isNotFound(error)) return false
    throw error
  }
}
