import type { X509Certificate } from 'node:crypto'
import { formatAddress } from '../config/ip.ts'
import { content, isTagged, members, oidOf, parseDer, type Der } from './der.ts'
import type { Subject, Usage } from './x509.ts'

/** Object identifiers of RFC 5280 and RFC 2985. */
export const oids = {
  commonName: '2.5.4.3',
  organization: '2.5.4.10',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  alternativeName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  nameConstraints: '2.5.29.30',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  extensionRequest: '1.2.840.113549.1.9.14',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
} as const

/** Who a certificate is for: what a renewed one has to repeat. Other attributes and other kinds of names are left out, as upstream does. */
export function identityOf(certificate: X509Certificate): { readonly subject: Subject, readonly usages: readonly Usage[] } {
  const subject = subjectOf(certificate)
  const names = members(extensionOf(certificate, oids.alternativeName))
  return {
    subject: {
      commonName: valuesOf(subject, oids.commonName).at(-1) ?? '',
      organizations: valuesOf(subject, oids.organization),
      dnsNames: names.filter(name => isTagged(name, 2)).map(name => content(name).toString('latin1')),
      ipAddresses: names.filter(name => isTagged(name, 7)).map(name => addressText(content(name))),
    },
    usages: members(extensionOf(certificate, oids.extendedKeyUsage)).map(oidOf).map(usageOf),
  }
}

/** The common name that a certificate signing request (PKCS#10, PEM) asks for; undefined when it cannot be read. */
export function requestedName(pem: string): string | undefined {
  try {
    const [information] = members(parseDer(Buffer.from(pem.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64')))
    return valuesOf(members(information)[1], oids.commonName).at(-1)
  } catch {
    return undefined
  }
}

/** The subject as it stands: an issuer must be repeated byte for byte. */
export function subjectOf(certificate: X509Certificate): Der {
  return fields(certificate)[4] as Der
}

export function subjectKeyIdentifier(certificate: X509Certificate): Buffer | undefined {
  const value = extensionOf(certificate, oids.subjectKeyIdentifier)
  return value && content(value)
}

/** The value of an extension, parsed. */
export function extensionOf(certificate: X509Certificate, type: string): Der | undefined {
  const extensions = members(members(fields(certificate).find(field => isTagged(field, 3)))[0])
  const found = extensions.find(entry => oidOf(members(entry)[0]) === type)
  return found && parseDer(content(members(found).at(-1)))
}

/** The fields of a TBSCertificate after the version (RFC 5280, 4.1): serial, signature, issuer, validity, subject, key, … */
function fields(certificate: X509Certificate): readonly Der[] {
  const all = members(members(parseDer(certificate.raw))[0])
  return all[0] !== undefined && isTagged(all[0], 0) ? all.slice(1) : all
}

/** What a name says about an attribute, in its order. */
function valuesOf(name: Der | undefined, type: string): readonly string[] {
  return members(name).flatMap(members).map(members).filter(([id]) => oidOf(id) === type).map(([, value]) => content(value).toString('utf8'))
}

function addressText(bytes: Buffer): string {
  return formatAddress({ family: bytes.length === 4 ? 4 : 6, value: BigInt(`0x${bytes.toString('hex')}`) })
}

function usageOf(id: string): Usage {
  return id === oids.serverAuth ? 'server auth' : id === oids.clientAuth ? 'client auth' : id as Usage
}
