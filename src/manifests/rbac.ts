import type { RbacV1Subject, V1PolicyRule, V1RoleRef } from '@kubernetes/client-node'
import type { KubernetesObject } from '../cluster/cluster.ts'

const apiGroup = 'rbac.authorization.k8s.io'
const apiVersion = `${apiGroup}/v1`

/** Everybody who has a bootstrap token of the default group. */
export const bootstrapTokens = group('system:bootstrappers:kubeadm:default-node-token')
/** Every kubelet with its own certificate. */
export const nodes = group('system:nodes')

function group(name: string): RbacV1Subject {
  return { kind: 'Group', apiGroup, name }
}

export function user(name: string): RbacV1Subject {
  return { kind: 'User', apiGroup, name }
}

export function serviceAccount(name: string): RbacV1Subject {
  return { kind: 'ServiceAccount', name, namespace: 'kube-system' }
}

interface Binding extends KubernetesObject {
  readonly roleRef: V1RoleRef
  readonly subjects: RbacV1Subject[]
}

/** Rights in the whole cluster. */
export function clusterRole(name: string, rules: readonly V1PolicyRule[]): KubernetesObject {
  return { apiVersion, kind: 'ClusterRole', metadata: { name }, rules }
}

/** Gives a ClusterRole's rights in the whole cluster. */
export function clusterRoleBinding(name: string, role: string, subjects: readonly RbacV1Subject[]): Binding {
  return { apiVersion, kind: 'ClusterRoleBinding', metadata: { name }, roleRef: { apiGroup, kind: 'ClusterRole', name: role }, subjects: [...subjects] }
}

/** Lets subjects read one ConfigMap: a Role and a RoleBinding, both of the name given. */
export function configMapReaders(
  name: string, namespace: string, configMap: string, subjects: readonly RbacV1Subject[],
): readonly KubernetesObject[] {
  const metadata = { name, namespace }
  return [
    { apiVersion, kind: 'Role', metadata, rules: [{ apiGroups: [''], resources: ['configmaps'], resourceNames: [configMap], verbs: ['get'] }] },
    { apiVersion, kind: 'RoleBinding', metadata, roleRef: { apiGroup, kind: 'Role', name }, subjects },
  ]
}

/** Makes the holders of admin.conf administrators. */
export function clusterAdmins(): Binding {
  return clusterRoleBinding('kubeadm:cluster-admins', 'cluster-admin', [group('kubeadm:cluster-admins')])
}

/** What the holder of a bootstrap token may do, and what a node may once it has joined. */
export function bootstrapRights(): readonly KubernetesObject[] {
  const approver = 'system:certificates.k8s.io:certificatesigningrequests'
  return [
    clusterRole('kubeadm:get-nodes', [{ apiGroups: [''], resources: ['nodes'], verbs: ['get'] }]),
    clusterRoleBinding('kubeadm:get-nodes', 'kubeadm:get-nodes', [bootstrapTokens]),
    clusterRoleBinding('kubeadm:kubelet-bootstrap', 'system:node-bootstrapper', [bootstrapTokens]),
    clusterRoleBinding('kubeadm:node-autoapprove-bootstrap', `${approver}:nodeclient`, [bootstrapTokens]),
    clusterRoleBinding('kubeadm:node-autoapprove-certificate-rotation', `${approver}:selfnodeclient`, [nodes]),
    clusterRoleBinding('kubeadm:apiserver-kubelet-client', 'system:kubelet-api-admin', [user('kube-apiserver-kubelet-client')]),
  ]
}
