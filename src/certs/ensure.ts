import { createPublicKey, type KeyObject } from 'node:crypto'
import { milliseconds } from '../config/duration.ts'
import { Problem } from '../core/problem.ts'
import { inspectAuthority, inspectLeaf, type AuthorityStore, type Store } from './inspect.ts'
import { publicKeyOf, publicKeyPem, type KeySource } from './keys.ts'
import { certificatePath, keyPath, parseKey, removal, writeCertificate, writeKey } from './store.ts'
import { checkKeySize, checkSecrecy } from './strength.ts'
import { certificatesFor, type CertificateRow } from './table.ts'
import { signAuthority, signCertificate, validityFrom, type Signer } from './x509.ts'

/** `finished`: the key was there from an earlier attempt, and was kept. */
export type Outcome = 'kept' | 'made' | 'finished'

export interface MakingStore extends Store {
  readonly keys: KeySource
}

/** Looks at everything that exists, writes nothing. Throws the first Problem. */
export async function inspectAll(store: Store): Promise<void> {
  for (const row of certificatesFor(store.configuration)) {
    if (row.signer === undefined) await inspectAuthority(store, row)
    else await leafWithAuthority(store, row, row.signer)
  }
  await serviceAccountKey(store)
}

/** Keeps a certificate that is fit, or makes it. The key is written first: a key without its certificate is what an attempt that was cut off leaves. */
export async function ensureCertificate(store: MakingStore, row: CertificateRow): Promise<Outcome> {
  const { host, configuration: { cluster } } = store
  const now = host.clock.now()
  const { pair, authority } = row.signer === undefined
    ? { pair: await inspectAuthority(store, row), authority: undefined }
    : await leafWithAuthority(store, row, row.signer)
  if (pair.certificate !== undefined) return 'kept'
  if (row.signer !== undefined && authority?.certificate === undefined) throw authorityMissing(store, row.signer)

  const key = pair.key ?? await store.keys.next()
  if (pair.key === undefined) await writeKey(host.files, keyPath(cluster.certificatesDir, row.base), key)
  const subject = row.subject(store.configuration)
  const pem = authority === undefined
    ? signAuthority(subject, key, validityFrom(now, milliseconds(cluster.caCertificateValidityPeriod)))
    : signCertificate(subject, row.usages, key, authority as Signer, validityFrom(now, milliseconds(cluster.certificateValidityPeriod)))
  await writeCertificate(host.files, certificatePath(cluster.certificatesDir, row.base), pem)
  return pair.key === undefined ? 'made' : 'finished'
}

/** Keeps or makes the key pair that ServiceAccount tokens are signed with. */
export async function ensureServiceAccountKey(store: MakingStore): Promise<Outcome> {
  const { key: present, publicKey } = await serviceAccountKey(store)
  if (present !== undefined && publicKey) return 'kept'
  const key = present ?? await store.keys.next()
  const { certificatesDir } = store.configuration.cluster
  if (present === undefined) await writeKey(store.host.files, keyPath(certificatesDir, 'sa'), key)
  await store.host.files.write(`${certificatesDir}/sa.pub`, publicKeyPem(key), { mode: 0o600 })
  return present === undefined ? 'made' : 'finished'
}

/** The CA to sign with. Problem when it is missing or external. */
export async function signerFor(store: Store, row: CertificateRow): Promise<Signer> {
  const { certificate, key } = await inspectAuthority(store, row)
  if (certificate === undefined) throw authorityMissing(store, row)
  if (key === undefined) throw authorityExternal(store, row, 'Nothing can be signed')
  return { certificate, key }
}

async function leafWithAuthority(store: Store, row: CertificateRow, signer: CertificateRow) {
  const authority = await inspectAuthority(store, signer)
  const pair = await inspectLeaf(store, row, authority)
  if (pair.certificate === undefined && authority.certificate !== undefined && authority.key === undefined) {
    throw authorityExternal(store, signer, `${certificatePath(store.configuration.cluster.certificatesDir, row.base)} is missing and cannot be made`)
  }
  return { pair, authority }
}

async function serviceAccountKey({ host, configuration }: Store): Promise<{ key: KeyObject | undefined, publicKey: boolean }> {
  const { certificatesDir } = configuration.cluster
  const [keyFile, publicFile] = [keyPath(certificatesDir, 'sa'), `${certificatesDir}/sa.pub`]
  const [keyText, publicText = ''] = await Promise.all([host.files.read(keyFile), host.files.read(publicFile)])
  const key = keyText === undefined ? undefined : parseKey(keyText, keyFile)
  if (key !== undefined) {
    await checkSecrecy(host.files, keyFile)
    checkKeySize(key, keyFile)
  }
  if (publicText.trim() === '') return { key, publicKey: false }
  if (key === undefined) {
    throw new Problem('key-missing', `${publicFile} is there, but its key ${keyFile} is not.`, [`Restore ${keyFile} from a backup.`, ...removal(publicFile)])
  }
  // Several public keys stand in the file while the key is being changed.
  const blocks = publicText.match(/-----BEGIN ([A-Z ]+)-----[^-]*-----END \1-----/g) ?? []
  if (!blocks.some(block => matches(block, key))) {
    throw new Problem('key-mismatch', `${publicFile} does not hold the public key of ${keyFile}.`, ['Restore both files from the same backup.', ...removal(publicFile)])
  }
  return { key, publicKey: true }
}

function matches(block: string, key: KeyObject): boolean {
  try {
    return createPublicKey(block).equals(publicKeyOf(key))
  } catch {
    return false
  }
}

/** Problem: a CA is not there at all. */
export function authorityMissing({ configuration }: Pick<AuthorityStore, 'configuration'>, row: CertificateRow): Problem {
  return new Problem('authority-missing', `There is no CA ${certificatePath(configuration.cluster.certificatesDir, row.base)}.`,
    [`kubeadm init phase certs ${row.name}`])
}

/** Problem: a CA's key is elsewhere. */
export function authorityExternal({ configuration }: Pick<AuthorityStore, 'configuration'>, row: CertificateRow, consequence: string): Problem {
  const { certificatesDir } = configuration.cluster
  return new Problem('authority-external', `${consequence}: the key of the CA ${certificatePath(certificatesDir, row.base)} is not on this machine.`, [
    'Have it signed by your CA and put it there with its key.', `Or put the key of the CA there: ${keyPath(certificatesDir, row.base)}`,
  ])
}
