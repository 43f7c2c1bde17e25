import { isAlreadyExists, isNotFound } from '../cluster/api-server.ts'
import type { Cluster } from '../cluster/cluster.ts'
import type { Emit } from '../core/event.ts'
import { messageOf, Problem } from '../core/problem.ts'
import { waitFor, type Look } from '../core/wait.ts'
import type { Clock } from '../host/host.ts'

/** A certificate that the cluster shall issue. */
export interface CertificateWish {
  /** Of the CertificateSigningRequest object, which is gone afterwards. */
  readonly name: string
  /** PEM (PKCS#10). */
  readonly request: string
  readonly lifetimeSeconds: number
  /** Milliseconds until the signer must have answered. */
  readonly timeout: number
}

/**
 * Has the cluster sign a client certificate (signer kubernetes.io/kube-apiserver-client) and gives back its PEM: the request
 * is made, approved and fetched. Problems `request-denied`, `request-failed`, `timed-out`.
 */
export async function requestCertificate(cluster: Cluster, clock: Clock, emit: Emit, wish: CertificateWish): Promise<string> {
  const { name } = wish
  await submit(cluster, wish)
  emit({ type: 'change', change: { kind: 'object', action: 'create', name: `CertificateSigningRequest ${name}` }, rehearsed: false })
  try {
    await approve(cluster, name)
    emit({ type: 'phase', phase: 'signature', status: 'start' })
    return await waitFor({
      target: 'the certificate',
      timeout: wish.timeout,
      interval: 100,
      clock,
      emit,
      setting: 'timeouts.kubernetesAPICall',
      fix: [
        'See whether the controller manager, which signs, runs: kubectl -n kube-system get pods -l component=kube-controller-manager',
        'With an external CA the cluster cannot sign: have your CA sign the user\'s certificate.',
      ],
    }, async () => await look(cluster, name))
  } finally {
    await withdraw(cluster, emit, name)
  }
}

async function submit(cluster: Cluster, { name, request, lifetimeSeconds }: CertificateWish): Promise<void> {
  await cluster.request('create a certificate signing request', async ({ certificates }) => {
    try {
      await certificates.createCertificateSigningRequest({
        body: {
          apiVersion: 'certificates.k8s.io/v1',
          kind: 'CertificateSigningRequest',
          metadata: { name },
          spec: {
            request: Buffer.from(request).toString('base64'),
            signerName: 'kubernetes.io/kube-apiserver-client',
            usages: ['client auth'],
            expirationSeconds: lifetimeSeconds,
          },
        },
      })
    } catch (error) {
      // The name is random: when it is taken, an earlier try had arrived and only its answer was lost.
      if (!isAlreadyExists(error)) throw error
    }
  })
}

async function approve(cluster: Cluster, name: string): Promise<void> {
  await cluster.request('approve the certificate signing request', async ({ certificates }) => {
    const current = await certificates.readCertificateSigningRequest({ name })
    const conditions = current.status?.conditions ?? []
    if (conditions.some(condition => condition.type === 'Approved' || condition.type === 'Denied')) return
    const approved = { type: 'Approved', status: 'True', reason: 'KubeadmUserCreate', message: 'Approved by kubeadm user create' }
    await certificates.replaceCertificateSigningRequestApproval({
      name, body: { ...current, status: { ...current.status, conditions: [...conditions, approved] } },
    })
  })
}

async function look(cluster: Cluster, name: string): Promise<Look<string>> {
  const { status } = await cluster.request('read the certificate signing request', ({ certificates }) => certificates.readCertificateSigningRequest({ name }))
  const refusal = status?.conditions?.find(({ type }) => type === 'Denied' || type === 'Failed')
  if (refusal !== undefined) {
    const why = [refusal.reason, refusal.message].filter(text => text !== undefined && text !== '').join(': ')
    throw new Problem(refusal.type === 'Denied' ? 'request-denied' : 'request-failed',
      `The cluster ${refusal.type === 'Denied' ? 'denied' : 'failed to sign'} the certificate signing request ${name}${why === '' ? '' : ` (${why})`}.`,
      ['See what the signer says: kubectl -n kube-system logs -l component=kube-controller-manager'])
  }
  if (status?.certificate !== undefined && status.certificate !== '') return { done: Buffer.from(status.certificate, 'base64').toString('utf8') }
  return { seen: 'the request is approved, but not signed yet' }
}

async function withdraw(cluster: Cluster, emit: Emit, name: string): Promise<void> {
  try {
    await cluster.request('delete the certificate signing request', ({ certificates }) => certificates.deleteCertificateSigningRequest({ name }))
    emit({ type: 'change', change: { kind: 'object', action: 'delete', name: `CertificateSigningRequest ${name}` }, rehearsed: false })
  } catch (error) {
    if (!isNotFound(error)) emit({ type: 'note', text: `The certificate signing request ${name} stays for the cluster to clean up: ${messageOf(error)}` })
  }
}
