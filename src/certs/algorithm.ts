import type { KeyObject } from 'node:crypto'
import type { ClusterConfiguration, EncryptionAlgorithm } from '../config/v1beta4.ts'
import type { Files } from '../host/host.ts'
import { certificatePath, parseCertificates } from './store.ts'
import { clusterAuthority } from './table.ts'

/** The kind of keys that the cluster's CA has; that of the configuration when there is no CA, or its kind is none of ours. */
export async function authorityAlgorithm(files: Files, { certificatesDir, encryptionAlgorithm }: ClusterConfiguration): Promise<EncryptionAlgorithm> {
  const path = certificatePath(certificatesDir, clusterAuthority.base)
  const text = await files.read(path)
  return (text === undefined ? undefined : algorithmOf(parseCertificates(text, path)[0].publicKey)) ?? encryptionAlgorithm
}

function algorithmOf({ asymmetricKeyType, asymmetricKeyDetails: details }: KeyObject): EncryptionAlgorithm | undefined {
  const name = asymmetricKeyType === 'rsa' ? `RSA-${details?.modulusLength}` : details?.namedCurve ?? ''
  return known[name]
}

const known: Readonly<Record<string, EncryptionAlgorithm>> = {
  'RSA-2048': 'RSA-2048', 'RSA-3072': 'RSA-3072', 'RSA-4096': 'RSA-4096', 'prime256v1': 'ECDSA-P256', 'secp384r1': 'ECDSA-P384',
}
