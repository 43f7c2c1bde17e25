import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto'
import { messageOf, Problem } from '../core/problem.ts'
import type { Files } from '../host/host.ts'
import { privateKeyPem } from './keys.ts'
import { certificatesIn } from './pem.ts'

/** A certificate and its key as they lie on the disk; either may be missing. */
export interface Pair {
  /** Intermediate CAs follow the certificate itself. */
  readonly certificate?: X509Certificate
  readonly intermediates: readonly X509Certificate[]
  readonly key?: KeyObject
}

export const certificatePath = (directory: string, base: string): string => `${directory}/${base}.crt`
export const keyPath = (directory: string, base: string): string => `${directory}/${base}.key`

/** Reads what is there. Problems `certificate-unreadable` and `key-unreadable` name the file; `key-mismatch` both. */
export async function readPair(files: Files, directory: string, base: string): Promise<Pair> {
  const certificateFile = certificatePath(directory, base)
  const keyFile = keyPath(directory, base)
  const [certificateText, keyText] = await Promise.all([files.read(certificateFile), files.read(keyFile)])
  const [certificate, ...intermediates] = certificateText === undefined ? [] : parseCertificates(certificateText, certificateFile)
  const key = keyText === undefined ? undefined : parseKey(keyText, keyFile)
  if (certificate !== undefined && key !== undefined && !certificate.checkPrivateKey(key)) {
    throw new Problem('key-mismatch', `${keyFile} is not the key of ${certificateFile}.`, [
      'Restore both files from the same backup.', ...removal(certificateFile, keyFile),
    ])
  }
  return { certificate, intermediates, key }
}

export async function writeKey(files: Files, path: string, key: KeyObject): Promise<void> {
  await files.write(path, privateKeyPem(key), { mode: 0o600 })
}

export async function writeCertificate(files: Files, path: string, pem: string): Promise<void> {
  await files.write(path, pem, { mode: 0o644 })
}

/** The certificates of a PEM file, at least one. Problem `certificate-unreadable`. */
export function parseCertificates(text: string, path: string): readonly [X509Certificate, ...X509Certificate[]] {
  try {
    const [first, ...others] = certificatesIn(text).map(block => new X509Certificate(block))
    if (first !== undefined) return [first, ...others]
  } catch (error) {
    throw unreadable('certificate', path, messageOf(error))
  }
  throw unreadable('certificate', path, text.trim() === '' ? 'it is empty' : 'it holds no PEM block CERTIFICATE')
}

const curves: readonly (string | undefined)[] = ['secp224r1', 'prime256v1', 'secp384r1', 'secp521r1']

/** A private key in PKCS#1, SEC 1 or PKCS#8. Problem `key-unreadable`, which never quotes the file. */
export function parseKey(text: string, path: string): KeyObject {
  let key: KeyObject
  try {
    key = createPrivateKey(text)
  } catch {
    const reason = /ENCRYPTED/.test(text) ? 'it is encrypted with a passphrase' : 'it holds no private key in PEM'
    throw unreadable('key', path, text.trim() === '' ? 'it is empty' : reason)
  }
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key
  if (type === 'rsa' || (type === 'ec' && curves.includes(details?.namedCurve))) return key
  throw unreadable('key', path, `Kubernetes knows RSA keys and ECDSA keys of the NIST curves, this is ${details?.namedCurve ?? type}`)
}

function unreadable(kind: 'certificate' | 'key', path: string, reason: string): Problem {
  return new Problem(`${kind}-unreadable`, `${path} cannot be read as a ${kind === 'key' ? 'private key' : 'certificate'}: ${reason}.`,
    [`Restore ${path} from a backup.`, ...removal(path)])
}

/** What to do with files that are of no use: a CA cannot simply be made anew while something signed by it is in use. */
export function removal(...files: readonly [string, ...string[]]): readonly [string] {
  return [files.some(isAuthority)
    ? 'Start anew, with new certificates everywhere: kubeadm reset'
    : `Have it made anew: rm -f ${files.flatMap(pairOf).filter((file, index, all) => all.indexOf(file) === index).join(' ')}, then the same command again.`]
}

function isAuthority(path: string): boolean {
  return /(^|[/-])ca\.(crt|key)$|\/sa\.key$/.test(path)
}

function pairOf(path: string): readonly string[] {
  return /\.(crt|key)$/.test(path) ? [path.replace(/\.key$/, '.crt'), path.replace(/\.crt$/, '.key')] : [path]
}
