import { createHash, randomBytes, sign, X509Certificate, type KeyObject } from 'node:crypto'
import { parseAddress } from '../config/ip.ts'
import {
  bitString, boolean, content, derBytes, integer, members, nothing, octetString, oid, parseDer, sequence, set, tagged, text, time, type Der,
} from './der.ts'
import { publicKeyOf } from './keys.ts'
import { oids, subjectKeyIdentifier, subjectOf } from './read-x509.ts'

/** Who a certificate is for. */
export interface Subject {
  readonly commonName: string
  readonly organizations?: readonly string[]
  readonly dnsNames?: readonly string[]
  readonly ipAddresses?: readonly string[]
}

/** What a key may be used for; those that Kubernetes does not use itself by their object identifier. */
export type Usage = 'server auth' | 'client auth' | `${number}.${string}`

export interface Validity {
  readonly notBefore: Date
  readonly notAfter: Date
}

/** A CA that can sign. */
export interface Signer {
  readonly certificate: X509Certificate
  readonly key: KeyObject
}

const usageOids: Readonly<Record<string, string>> = { 'server auth': oids.serverAuth, 'client auth': oids.clientAuth }

/** Clocks of a cluster's machines differ; a fresh certificate must be valid on all of them. Milliseconds. */
const backdate = 5 * 60_000

/** From five minutes ago until `lifetime` (milliseconds) from now, in whole seconds. */
export function validityFrom(now: Date, lifetime: number): Validity {
  const start = Math.floor(now.getTime() / 1000) * 1000
  return { notBefore: new Date(start - backdate), notAfter: new Date(start + lifetime) }
}

/** A self-signed CA certificate (PEM). */
export function signAuthority(subject: Subject, key: KeyObject, validity: Validity): string {
  const name = nameDer(subject)
  return certificatePem(name, name, publicKeyOf(key), key, validity, [
    extension(oids.keyUsage, true, bitString(Uint8Array.of(0b1010_0100), 2)), // digitalSignature, keyEncipherment, keyCertSign
    extension(oids.basicConstraints, true, sequence(boolean(true))),
    extension(oids.subjectKeyIdentifier, false, octetString(keyIdentifier(publicKeyOf(key)))),
    ...alternativeNames(subject),
  ])
}

/** A certificate for a key, signed by a CA (PEM) and verified against it. */
export function signCertificate(subject: Subject, usages: readonly Usage[], key: KeyObject, signer: Signer, validity: Validity): string {
  const identifier = subjectKeyIdentifier(signer.certificate)
  const pem = certificatePem(subjectOf(signer.certificate), nameDer(subject), publicKeyOf(key), signer.key, validity, [
    extension(oids.keyUsage, true, bitString(Uint8Array.of(0b1010_0000), 5)), // digitalSignature, keyEncipherment
    extension(oids.extendedKeyUsage, false, sequence(...usages.map(usage => oid(usageOids[usage] ?? usage)))),
    extension(oids.basicConstraints, true, sequence()),
    ...identifier === undefined ? [] : [extension(oids.authorityKeyIdentifier, false, sequence(tagged(0, identifier)))],
    ...alternativeNames(subject),
  ])
  const certificate = new X509Certificate(pem)
  if (!certificate.verify(signer.certificate.publicKey) || !certificate.checkIssued(signer.certificate)) {
    throw new Error(`The certificate of ${subject.commonName} that was just signed does not verify against its CA.`)
  }
  return pem
}

/** A PKCS#10 certificate signing request (RFC 2986, PEM). */
export function signingRequest(subject: Subject, key: KeyObject): string {
  const extensions = alternativeNames(subject)
  const attributes = extensions.length === 0 ? [] : [sequence(oid(oids.extensionRequest), set(sequence(...extensions)))]
  const information = sequence(
    integer(Uint8Array.of(0)), nameDer(subject), parseDer(publicKeyOf(key).export({ type: 'spki', format: 'der' })), tagged(0, attributes))
  return pem('CERTIFICATE REQUEST', signed(information, key))
}

function certificatePem(issuer: Der, subject: Der, publicKey: KeyObject, signingKey: KeyObject, validity: Validity, extensions: readonly Der[]): string {
  const body = sequence(
    tagged(0, [integer(Uint8Array.of(2))]), // version 3
    integer(serialNumber()),
    signatureAlgorithm(signingKey).identifier,
    issuer,
    sequence(time(validity.notBefore), time(validity.notAfter)),
    subject,
    parseDer(publicKey.export({ type: 'spki', format: 'der' })),
    tagged(3, [sequence(...extensions)]),
  )
  return pem('CERTIFICATE', signed(body, signingKey))
}

function signed(body: Der, key: KeyObject): Der {
  const { identifier, hash } = signatureAlgorithm(key)
  return sequence(body, identifier, bitString(sign(hash, derBytes(body), key)))
}

function signatureAlgorithm(key: KeyObject): { identifier: Der, hash: string } {
  if (key.asymmetricKeyType === 'rsa') return { identifier: sequence(oid('1.2.840.113549.1.1.11'), nothing()), hash: 'sha256' }
  const curve = key.asymmetricKeyDetails?.namedCurve
  if (curve === 'secp384r1') return { identifier: sequence(oid('1.2.840.10045.4.3.3')), hash: 'sha384' }
  if (curve === 'secp521r1') return { identifier: sequence(oid('1.2.840.10045.4.3.4')), hash: 'sha512' }
  return { identifier: sequence(oid('1.2.840.10045.4.3.2')), hash: 'sha256' }
}

/** 63 random bits, never 0. */
function serialNumber(): Uint8Array {
  const bytes = randomBytes(8)
  bytes[0] = (bytes[0] ?? 0) & 0x7f
  return bytes.every(byte => byte === 0) ? serialNumber() : bytes
}

/** Organizations share one RDN, as Go's crypto/x509 writes them. */
function nameDer({ commonName, organizations = [] }: Subject): Der {
  const organization = organizations.map(value => sequence(oid(oids.organization), text(value)))
  return sequence(...organization.length === 0 ? [] : [set(...organization)], set(sequence(oid(oids.commonName), text(commonName))))
}

function extension(id: string, critical: boolean, value: Der): Der {
  return sequence(oid(id), ...critical ? [boolean(true)] : [], octetString(derBytes(value)))
}

function alternativeNames({ dnsNames = [], ipAddresses = [] }: Subject): readonly Der[] {
  if (dnsNames.length + ipAddresses.length === 0) return []
  return [extension(oids.alternativeName, false, sequence(
    ...dnsNames.map(name => tagged(2, Buffer.from(name, 'latin1'))),
    ...ipAddresses.map(address => tagged(7, addressBytes(address))),
  ))]
}

/** Network byte order: 4 or 16 bytes. */
function addressBytes(text: string): Buffer {
  const address = parseAddress(text)
  if (address === undefined) throw new Error(`Not an IP address: ${text}`)
  return Buffer.from(address.value.toString(16).padStart(address.family === 4 ? 8 : 32, '0'), 'hex')
}

/** RFC 7093, 2 (1): the first 20 bytes of the SHA-256 of the key's bits. */
function keyIdentifier(publicKey: KeyObject): Buffer {
  const [, bits] = members(parseDer(publicKey.export({ type: 'spki', format: 'der' })))
  return createHash('sha256').update(content(bits).subarray(1)).digest().subarray(0, 20)
}

function pem(label: string, node: Der): string {
  const lines = derBytes(node).toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}
