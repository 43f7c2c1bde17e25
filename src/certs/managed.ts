import { kubeconfigs, type KubeconfigRow } from './kubeconfigs.ts'
import { certificates, clusterAuthority, type CertificateRow } from './table.ts'

/** A certificate that has a name of its own in `certs renew` and `certs check-expiration`: a file with its key, or one within a kubeconfig. */
export type ManagedCertificate = {
  readonly name: string
  /** What it is for, to follow "the". */
  readonly purpose: string
  readonly signer: CertificateRow
} & ({ readonly row: CertificateRow, readonly kubeconfig?: never } | { readonly kubeconfig: KubeconfigRow, readonly row?: never })

/** What a control plane node may have, by name. The kubelet is not among them: it renews its own. */
export const managedCertificates: readonly ManagedCertificate[] = [
  ...certificates.flatMap(row => row.signer === undefined ? [] : [{ name: row.name, purpose: row.purpose, signer: row.signer, row }]),
  ...kubeconfigs.filter(row => row.name !== 'kubelet').map(row => ({
    name: row.file, purpose: `certificate in the kubeconfig of ${row.owner}`, signer: clusterAuthority, kubeconfig: row,
  })),
].toSorted((one, other) => one.name < other.name ? -1 : 1)

/** The CAs, by name. */
export const managedAuthorities: readonly CertificateRow[] = certificates
  .filter(row => row.signer === undefined).toSorted((one, other) => one.name < other.name ? -1 : 1)
