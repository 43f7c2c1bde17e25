import type { KeyObject, X509Certificate } from 'node:crypto'
import { Problem } from '../core/problem.ts'
import type { Files } from '../host/host.ts'
import { members } from './der.ts'
import { extensionOf, identityOf, oids } from './read-x509.ts'
import { removal } from './store.ts'
import type { Usage } from './x509.ts'

/** Bits of an RSA key. Go, which Kubernetes is written in, refuses shorter and longer ones in TLS. */
const shortest = 2048
const longest = 8192

/** Signatures with MD2, MD5 and SHA-1 (RFC 3279): Go trusts none of them. */
const brokenSignatures: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.1.2': 'MD2', '1.2.840.113549.1.1.4': 'MD5', '1.2.840.113549.1.1.5': 'SHA-1', '1.3.14.3.2.29': 'SHA-1', '1.2.840.10045.4.1': 'SHA-1', '1.2.840.10040.4.3': 'SHA-1',
}

/** Problems `key-weak` and `key-oversized`; the file may be that of the key or of the certificate. */
export function checkKeySize(key: KeyObject, path: string): void {
  const bits = key.asymmetricKeyDetails?.modulusLength
  if (bits === undefined || (bits >= shortest && bits <= longest)) return
  throw new Problem(bits < shortest ? 'key-weak' : 'key-oversized', bits < shortest
    ? `${path}: an RSA key of ${bits} bits can be broken; Kubernetes wants at least ${shortest}.`
    : `${path}: Kubernetes does not take RSA keys of more than ${longest} bits, and this one has ${bits}.`, [...removal(path), 'Or bring one with an RSA key of 2048 to 4096 bits, or an ECDSA one.'])
}

/** Problem `signature-weak`. */
export function checkSignature(certificate: X509Certificate, path: string): void {
  const broken = brokenSignatures[certificate.signatureAlgorithmOid ?? '']
  if (broken === undefined) return
  throw new Problem('signature-weak', `${path} is signed with ${broken}, which can be forged and which Kubernetes does not trust.`,
    [...removal(path), 'Or have your CA sign it again with SHA-256.'])
}

/** anyExtendedKeyUsage (RFC 5280, 4.2.1.12). */
const anyUsage: Usage = '2.5.29.37.0'

/** What makes a CA unfit for a cluster. Problems `authority-unfit` and `authority-constrained`. */
export function checkAuthority(certificate: X509Certificate, path: string): void {
  // Without the right to sign certificates in its key usage it is none either.
  const look = `See what it is: openssl x509 -noout -text -in ${path}`
  if (!certificate.ca) throw new Problem('authority-unfit', `${path} is not the certificate of a CA.`, ['Put the certificate of your CA there.', look])
  if (members(extensionOf(certificate, oids.nameConstraints)).length > 0) {
    throw new Problem('authority-constrained', `${path} may sign for some names only (name constraints), and a cluster's certificates have other names, too.`,
      ['Use a CA without name constraints.', look])
  }
}

/** Problem `certificate-lacks-usage`: what a certificate is limited to must hold what it is needed for. */
export function checkUsages(certificate: X509Certificate, needed: readonly Usage[], path: string): void {
  const { usages } = identityOf(certificate)
  const lacking = needed.filter(usage => !usages.includes(usage))
  if (usages.length === 0 || usages.includes(anyUsage) || lacking.length === 0) return
  throw new Problem('certificate-lacks-usage', `${path} may not be used for ${lacking.join(' and ')}, which it is needed for.`,
    [...removal(path), `Or have your CA sign one with the extended key usage ${needed.join(', ')}.`])
}

/** Problem `key-exposed` when everybody on this machine may read or change a file with a private key. */
export async function checkSecrecy(files: Files, path: string): Promise<void> {
  const mode = (await files.status(await files.resolve(path) ?? path))?.mode ?? 0
  if ((mode & 0o006) === 0) return
  throw new Problem('key-exposed', `Everybody on this machine can ${(mode & 0o002) === 0 ? 'read' : 'change'} the private key in ${path} (mode ${mode.toString(8).padStart(4, '0')}).`, [
    `If nobody has: chmod 600 ${path}`, ...removal(path),
  ])
}
