import type { KeyObject, X509Certificate } from 'node:crypto'
import { currentAccess, kubeconfigToText, parseKubeconfig, type Kubeconfig } from '../cluster/kubeconfig.ts'
import { milliseconds } from '../config/duration.ts'
import type { ClusterConfiguration } from '../config/v1beta4.ts'
import { Problem } from '../core/problem.ts'
import type { Host } from '../host/host.ts'
import { inspectAuthority } from './inspect.ts'
import { privateKeyPem, type KeySource } from './keys.ts'
import { kubeconfigPath, type KubeconfigRow } from './kubeconfigs.ts'
import { managedCertificates, type ManagedCertificate } from './managed.ts'
import { identityOf } from './read-x509.ts'
import { certificatePath, keyPath, parseCertificates } from './store.ts'
import type { CertificateRow } from './table.ts'
import { signCertificate, validityFrom, type Signer } from './x509.ts'

export interface RenewalStore {
  readonly host: Host
  readonly configuration: { readonly cluster: ClusterConfiguration }
  /** Of the cluster's algorithm: a renewed certificate gets a new key. */
  readonly keys: KeySource
}

/** What became of one certificate. */
export type Renewal = { readonly name: string, readonly purpose: string } & (
  | { readonly outcome: 'renewed', readonly path: string, readonly certificate: X509Certificate, readonly authorityExpires: Date }
  | { readonly outcome: 'missing', readonly path: string }
  /** The key of its CA is elsewhere. */
  | { readonly outcome: 'external', readonly authority: string })

/** The names that this cluster's nodes renew; with an external etcd there are none of etcd's. */
export function renewable({ etcd }: ClusterConfiguration): readonly ManagedCertificate[] {
  return managedCertificates.filter(({ row }) => row?.localEtcd === undefined || etcd.local !== undefined)
}

/**
 * Signs certificates anew, for whom and for what they were signed before, with new keys. Whatever is wrong with one of
 * them or its CA is a Problem before anything is written. How long the old ones were valid, or whether they still are,
 * does not matter, nor whether their keys are there.
 */
export async function renewCertificates(store: RenewalStore, certificates: readonly ManagedCertificate[]): Promise<readonly Renewal[]> {
  const prepared = await Promise.all(certificates.map(async managed => await prepare(store, managed)))
  const renewals: Renewal[] = []
  for (const { managed, path, work } of prepared) {
    const { name, purpose } = managed
    if (work === 'missing') renewals.push({ name, purpose, outcome: 'missing', path })
    else if (work === 'external') renewals.push({ name, purpose, outcome: 'external', authority: managed.signer.base })
    else renewals.push({ name, purpose, outcome: 'renewed', path, certificate: await work.sign(), authorityExpires: work.authorityExpires })
  }
  return renewals
}

interface Prepared {
  readonly managed: ManagedCertificate
  readonly path: string
  readonly work: 'missing' | 'external' | { readonly sign: () => Promise<X509Certificate>, readonly authorityExpires: Date }
}

async function prepare(store: RenewalStore, managed: ManagedCertificate): Promise<Prepared> {
  const { host: { files }, configuration: { cluster: { certificatesDir } } } = store
  const path = managed.row === undefined ? kubeconfigPath(managed.kubeconfig) : certificatePath(certificatesDir, managed.row.base)
  const text = await files.read(path)
  if (text === undefined) return { managed, path, work: 'missing' }
  const signer = await signerOf(store, managed.signer)
  if (signer === undefined) return { managed, path, work: 'external' }
  const authorityText = await files.read(certificatePath(certificatesDir, managed.signer.base)) ?? ''
  const { row, kubeconfig } = managed
  const sign = row === undefined ? kubeconfigWork(store, kubeconfig, path, text, signer, authorityText) : fileWork(store, row, path, text, signer)
  return { managed, path, work: { sign, authorityExpires: signer.certificate.validToDate } }
}

function fileWork(store: RenewalStore, row: CertificateRow, path: string, text: string, signer: Signer): () => Promise<X509Certificate> {
  const [old] = parseCertificates(text, path)
  return async () => {
    const { pem, key, certificate } = await sign(store, old, signer)
    await store.host.files.writeTogether([
      { path: keyPath(store.configuration.cluster.certificatesDir, row.base), content: privateKeyPem(key), mode: 0o600 },
      { path, content: pem, mode: 0o644 },
    ])
    return certificate
  }
}

function kubeconfigWork(
  store: RenewalStore, row: KubeconfigRow, path: string, text: string, signer: Signer, authorityText: string,
): () => Promise<X509Certificate> {
  const parsed = parseKubeconfig(text, path)
  const { user } = currentAccess(parsed, path).user
  const data = user['client-certificate-data']
  if (data === undefined || data === '') {
    throw new Problem('kubeconfig-unusable', `The user in ${path} has no client certificate within the file, so there is nothing to renew.`,
      [`Have it made anew: rm ${path}, then: kubeadm init phase kubeconfig ${row.name}`])
  }
  const [old] = parseCertificates(Buffer.from(data, 'base64').toString('utf8'), path)
  return async () => {
    const { pem, key, certificate } = await sign(store, old, signer)
    await store.host.files.write(path, kubeconfigToText(withCredentials(parsed, path, { pem, key, authorityText })), { mode: 0o600 })
    return certificate
  }
}

/** The same names and server, with another client certificate and today's CA. */
function withCredentials(kubeconfig: Kubeconfig, path: string, { pem, key, authorityText }: { pem: string, key: KeyObject, authorityText: string }): Kubeconfig {
  const { cluster, user } = currentAccess(kubeconfig, path)
  const encoded = (text: string) => Buffer.from(text).toString('base64')
  const embedded = cluster.cluster['certificate-authority-data'] === undefined ? {} : { 'certificate-authority-data': encoded(authorityText) }
  const { 'client-key': _key, 'client-certificate': _certificate, ...rest } = user.user
  return {
    ...kubeconfig,
    clusters: kubeconfig.clusters.map(entry => entry === cluster ? { ...entry, cluster: { ...entry.cluster, ...embedded } } : entry),
    users: kubeconfig.users.map(entry => entry === user
      ? { ...entry, user: { ...rest, 'client-certificate-data': encoded(pem), 'client-key-data': encoded(privateKeyPem(key)) } }
      : entry),
  }
}

async function sign({ host, configuration: { cluster }, keys }: RenewalStore, old: X509Certificate, signer: Signer): Promise<{ pem: string, key: KeyObject, certificate: X509Certificate }> {
  const { subject, usages } = identityOf(old)
  const key = await keys.next()
  const pem = signCertificate(subject, usages, key, signer, validityFrom(host.clock.now(), milliseconds(cluster.certificateValidityPeriod)))
  return { pem, key, certificate: parseCertificates(pem, 'the new certificate')[0] }
}

/** The CA to sign with; undefined when its key is elsewhere. */
async function signerOf(store: RenewalStore, row: CertificateRow): Promise<Signer | undefined> {
  const { certificate, key } = await inspectAuthority(store, row)
  if (certificate !== undefined) return key && { certificate, key }
  const path = certificatePath(store.configuration.cluster.certificatesDir, row.base)
  throw new Problem('authority-missing', `There is no CA ${path}, which signs this.`, [`Restore ${path} and its key from a backup.`])
}
