import type { X509Certificate } from 'node:crypto'
import { connectionOf, parseKubeconfig } from '../cluster/kubeconfig.ts'
import type { ClusterConfiguration } from '../config/v1beta4.ts'
import { Problem } from '../core/problem.ts'
import type { Files } from '../host/host.ts'
import { kubeconfigPath, type KubeconfigRow } from './kubeconfigs.ts'
import { managedAuthorities, managedCertificates } from './managed.ts'
import { certificatePath, keyPath, parseCertificates } from './store.ts'
import type { CertificateRow } from './table.ts'

/** How long a certificate of this node lives; without an end it is missing. */
export interface Expiration {
  readonly name: string
  readonly expires?: Date
  /** The name of its CA; a CA has none. */
  readonly authority?: string
  /** Whether its CA's key is elsewhere, so that nothing here can renew it. */
  readonly externallyManaged: boolean
}

export interface Expirations {
  readonly certificates: readonly Expiration[]
  readonly authorities: readonly Expiration[]
}

/** Until when the certificates of this node are valid, as their files say. With an external etcd there are none of etcd's. */
export async function expirations(files: Files, { certificatesDir, etcd }: ClusterConfiguration): Promise<Expirations> {
  const needed = (row: CertificateRow) => row.localEtcd === undefined || etcd.local !== undefined
  const external = async (row: CertificateRow) =>
    await files.status(certificatePath(certificatesDir, row.base)) !== undefined && await files.status(keyPath(certificatesDir, row.base)) === undefined
  const read = async (row: CertificateRow) => {
    const path = certificatePath(certificatesDir, row.base)
    const text = await files.read(path)
    return text === undefined ? undefined : parseCertificates(text, path)[0]
  }
  return {
    certificates: await Promise.all(managedCertificates.filter(({ row, signer }) => needed(row ?? signer)).map(async ({ name, signer, row, kubeconfig }) => {
      const certificate = row === undefined ? await clientCertificate(files, kubeconfig) : await read(row)
      return certificate === undefined
        ? { name, externallyManaged: false }
        : { name, expires: certificate.validToDate, authority: signer.name, externallyManaged: await external(signer) }
    })),
    authorities: await Promise.all(managedAuthorities.filter(needed).map(async row => {
      const certificate = await read(row)
      return { name: row.name, ...certificate && { expires: certificate.validToDate }, externallyManaged: await external(row) }
    })),
  }
}

/** The client certificate of a kubeconfig's current user; undefined when there is no such file. Problem `kubeconfig-unusable` when it has none. */
async function clientCertificate(files: Files, row: KubeconfigRow): Promise<X509Certificate | undefined> {
  const path = kubeconfigPath(row)
  const text = await files.read(path)
  if (text === undefined) return undefined
  const { cert } = await connectionOf(parseKubeconfig(text, path), path, files.read)
  if (cert === undefined) {
    throw new Problem('kubeconfig-unusable', `The user in ${path} has no client certificate.`, [`Have it made anew: rm ${path}, then: kubeadm init phase kubeconfig ${row.name}`])
  }
  return parseCertificates(cert, path)[0]
}
