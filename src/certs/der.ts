import type { asn1 as forge } from 'node-forge'
import asn1 from 'node-forge/lib/asn1.js'

/** A node of an ASN.1 tree. Its bytes are a string of one character a byte, as forge wants them. */
export type Der = forge.Asn1

const { Class, Type } = asn1

export const sequence = (...items: readonly Der[]): Der => asn1.create(Class.UNIVERSAL, Type.SEQUENCE, true, [...items])

/** DER wants the members of a SET in the order of their bytes. */
export const set = (...items: readonly Der[]): Der =>
  asn1.create(Class.UNIVERSAL, Type.SET, true, items.toSorted((one, other) => Buffer.compare(derBytes(one), derBytes(other))))

export const oid = (dotted: string): Der => asn1.create(Class.UNIVERSAL, Type.OID, false, asn1.oidToDer(dotted).getBytes())

export const nothing = (): Der => asn1.create(Class.UNIVERSAL, Type.NULL, false, '')

export const boolean = (value: boolean): Der => asn1.create(Class.UNIVERSAL, Type.BOOLEAN, false, value ? '\xff' : '\0')

/** A non-negative integer from its big-endian bytes, in as few octets as DER allows. */
export function integer(bytes: Uint8Array): Der {
  const start = bytes.findIndex(byte => byte !== 0)
  const digits = start < 0 ? Uint8Array.of(0) : bytes.subarray(start)
  return asn1.create(Class.UNIVERSAL, Type.INTEGER, false, binary((digits[0] ?? 0) > 0x7f ? Buffer.concat([Uint8Array.of(0), digits]) : digits))
}

export const bitString = (bytes: Uint8Array, unusedBits = 0): Der =>
  asn1.create(Class.UNIVERSAL, Type.BITSTRING, false, String.fromCharCode(unusedBits) + binary(bytes))

export const octetString = (bytes: Uint8Array): Der => asn1.create(Class.UNIVERSAL, Type.OCTETSTRING, false, binary(bytes))

/** PrintableString when every character allows it, UTF8String otherwise. */
export const text = (value: string): Der => /^[A-Za-z0-9 '()+,\-./:=?]*$/.test(value)
  ? asn1.create(Class.UNIVERSAL, Type.PRINTABLESTRING, false, value)
  : asn1.create(Class.UNIVERSAL, Type.UTF8, false, binary(Buffer.from(value)))

/** UTCTime up to 2049, GeneralizedTime after (RFC 5280, 4.1.2.5). Fractions of a second are dropped. */
export const time = (date: Date): Der => date.getUTCFullYear() < 2050
  ? asn1.create(Class.UNIVERSAL, Type.UTCTIME, false, asn1.dateToUtcTime(date))
  : asn1.create(Class.UNIVERSAL, Type.GENERALIZEDTIME, false, asn1.dateToGeneralizedTime(date))

/** `[tag] EXPLICIT` around nodes, or `[tag] IMPLICIT` bytes. */
export const tagged = (tag: number, content: readonly Der[] | Uint8Array): Der =>
  asn1.create(Class.CONTEXT_SPECIFIC, tag as forge.Type, !(content instanceof Uint8Array),
    content instanceof Uint8Array ? binary(content) : [...content])

export const derBytes = (node: Der): Buffer => Buffer.from(asn1.toDer(node).getBytes(), 'latin1')

export const parseDer = (bytes: Uint8Array): Der => asn1.fromDer(binary(bytes), { decodeBitStrings: false })

/** The members of a constructed node; none of a primitive one. */
export const members = (node: Der | undefined): readonly Der[] => Array.isArray(node?.value) ? node.value : []

/** The content bytes of a primitive node. */
export const content = (node: Der | undefined): Buffer => Buffer.from(typeof node?.value === 'string' ? node.value : '', 'latin1')

export const oidOf = (node: Der | undefined): string => asn1.derToOid(binary(content(node)))

export const isTagged = (node: Der, tag: number): boolean => node.tagClass === Class.CONTEXT_SPECIFIC && node.type === tag as forge.Type

const binary = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')
