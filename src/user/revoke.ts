import type { V1CertificateSigningRequest } from '@kubernetes/client-node'
import { requestedName } from '../certs/read-x509.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { ifPresent } from '../cluster/if-present.ts'
import type { Emit } from '../core/event.ts'
import { Problem } from '../core/problem.ts'
import { bindingsOfUsers, deleteBinding, type UserBinding } from './bindings.ts'
import { latest } from './list.ts'
import { checkUserName } from './name.ts'

export interface Revoked {
  /** What the user may no longer do: the bindings that went. */
  readonly removed: readonly UserBinding[]
  /** Names of requests for a certificate that were still open. */
  readonly refused: readonly string[]
  /** What somebody else has bound to the user, and which stays. */
  readonly left: readonly UserBinding[]
  /** Until when the certificate counts as one of this cluster; absent when it is not known. */
  readonly expires?: Date
}

const signer = 'kubernetes.io/kube-apiserver-client'

/**
 * Takes away from a user all that `user create` gave, and refuses what is being asked for. A certificate itself cannot be
 * taken back: it only does not allow anything any more. Problem `user-unknown`.
 */
export async function revokeUser(name: string, cluster: Cluster, emit: Emit): Promise<Revoked> {
  checkUserName(name)
  const bindings = (await bindingsOfUsers(cluster)).filter(({ user }) => user === name)
  const [removed, left] = [bindings.filter(({ managed }) => managed), bindings.filter(({ managed }) => !managed)]
  const open = await openRequests(cluster, name)
  if (removed.length + left.length + open.length === 0) {
    throw new Problem('user-unknown', `Nobody named ${name} has any rights in this cluster.`, ['See who has: kubeadm user list'])
  }
  // First the requests: a certificate that is signed meanwhile is worth nothing without the bindings.
  for (const request of open) await refuse(cluster, request, emit)
  for (const binding of removed) {
    await deleteBinding(cluster, binding)
    emit({ type: 'change', change: { kind: 'object', action: 'delete', name: `binding ${binding.name}` }, rehearsed: false })
  }
  const expires = latest(removed)
  return { removed, left, refused: open.map(({ metadata }) => metadata?.name ?? ''), ...expires !== undefined && { expires } }
}

/** Requests for a client certificate of that name which have neither been refused nor signed. */
async function openRequests(cluster: Cluster, name: string): Promise<readonly V1CertificateSigningRequest[]> {
  const { items } = await cluster.request('list certificate signing requests', async ({ certificates }) => await certificates.listCertificateSigningRequest())
  return items.filter(({ spec, status }) => spec.signerName === signer && (status?.certificate ?? '') === ''
    && !status?.conditions?.some(({ type }) => type === 'Denied' || type === 'Failed')
    && requestedName(Buffer.from(spec.request, 'base64').toString('utf8')) === name)
}

/** A request that has been approved cannot be denied any more; it goes. */
async function refuse(cluster: Cluster, request: V1CertificateSigningRequest, emit: Emit): Promise<void> {
  const name = request.metadata?.name ?? ''
  const conditions = request.status?.conditions ?? []
  const approved = conditions.some(({ type }) => type === 'Approved')
  await ifPresent(cluster.request(`refuse the certificate signing request ${name}`, async ({ certificates }) => {
    if (approved) return await certificates.deleteCertificateSigningRequest({ name })
    const denied = { type: 'Denied', status: 'True', reason: 'KubeadmUserRevoke', message: 'Denied by kubeadm user revoke' }
    return await certificates.replaceCertificateSigningRequestApproval({ name, body: { ...request, status: { ...request.status, conditions: [...conditions, denied] } } })
  }))
  emit({ type: 'change', change: { kind: 'object', action: approved ? 'delete' : 'patch', name: `CertificateSigningRequest ${name}` }, rehearsed: false })
}
