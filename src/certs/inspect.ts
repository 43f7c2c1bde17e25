import type { X509Certificate } from 'node:crypto'
import { formatAddress, parseAddress } from '../config/ip.ts'
import type { ControlPlane } from '../config/v1beta4.ts'
import { Problem } from '../core/problem.ts'
import type { Files, Host } from '../host/host.ts'
import { publicKeyOf } from './keys.ts'
import { certificatePath, keyPath, readPair, removal, type Pair } from './store.ts'
import { checkAuthority, checkKeySize, checkSecrecy, checkSignature, checkUsages } from './strength.ts'
import type { CertificateRow } from './table.ts'

/** Where certificates lie and what they are for. */
export interface Store {
  readonly host: Host
  readonly configuration: ControlPlane
}

/** All that is needed to look at a CA. */
export interface AuthorityStore {
  readonly host: Pick<Host, 'files' | 'clock'>
  readonly configuration: Pick<ControlPlane, 'cluster'>
}

/** A CA that exists, checked: a CA certificate within its dates, and its own key. Both may be missing; without the key it is an external one. */
export async function inspectAuthority({ host, configuration }: AuthorityStore, row: CertificateRow): Promise<Pair> {
  const { certificatesDir } = configuration.cluster
  const pair = await fitPair(host.files, certificatesDir, row.base)
  const path = certificatePath(certificatesDir, row.base)
  if (pair.certificate === undefined) return pair
  for (const certificate of [pair.certificate, ...pair.intermediates]) checkAuthority(certificate, path)
  checkDates(pair.certificate, path, host.clock.now())
  return pair
}

/** A certificate that exists, checked: its key is there, it is within its dates, its CA signed it, and it has every usage and name it needs. Nothing may be there, or the key alone. */
export async function inspectLeaf({ host, configuration }: Store, row: CertificateRow, authority: Pair): Promise<Pair> {
  const { certificatesDir } = configuration.cluster
  const pair = await fitPair(host.files, certificatesDir, row.base)
  const { certificate, key } = pair
  const path = certificatePath(certificatesDir, row.base)
  if (certificate === undefined) return pair
  if (key === undefined) {
    throw new Problem('key-missing', `${path} is there, but its key ${keyPath(certificatesDir, row.base)} is not.`, [
      `Restore ${keyPath(certificatesDir, row.base)} from a backup.`, ...removal(path),
    ])
  }
  checkDates(certificate, path, host.clock.now())
  if (!isSignedBy(certificate, pair.intermediates, authority)) {
    const authorityPath = certificatePath(certificatesDir, row.signer?.base ?? '')
    throw new Problem('certificate-foreign', authority.certificate === undefined && authority.key === undefined
      ? `${path} is there, but not the CA that signed it: there is no ${authorityPath}.`
      : `${path} was not signed by ${authorityPath}.`, [`Restore ${authorityPath} and its key from a backup.`, ...removal(path)])
  }
  checkUsages(certificate, row.usages, path)
  const lacking = lackingNames(certificate, row, configuration)
  if (lacking.length > 0) {
    throw new Problem('certificate-lacks-name', `${path} is not valid for ${lacking.join(', ')}.`, [...removal(path)])
  }
  return pair
}

/** What is there, refused when it is too weak, or open to everybody. */
async function fitPair(files: Files, directory: string, base: string): Promise<Pair> {
  const pair = await readPair(files, directory, base)
  const [path, keyFile] = [certificatePath(directory, base), keyPath(directory, base)]
  if (pair.key !== undefined) {
    await checkSecrecy(files, keyFile)
    checkKeySize(pair.key, keyFile)
  }
  for (const certificate of pair.certificate === undefined ? [] : [pair.certificate, ...pair.intermediates]) {
    checkKeySize(certificate.publicKey, path)
    checkSignature(certificate, path)
  }
  return pair
}

/** Whether a CA signed a certificate, itself or through one of the intermediate ones. */
export function isSignedBy(certificate: X509Certificate, intermediates: readonly X509Certificate[], authority: Pair): boolean {
  const { certificate: issuer, key } = authority
  if (issuer === undefined) return key !== undefined && certificate.verify(publicKeyOf(key))
  if (isIssuedBy(certificate, issuer)) return true
  return intermediates.some((next, index) => next.ca && isIssuedBy(certificate, next) && isSignedBy(next, intermediates.toSpliced(index, 1), authority))
}

function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey)
}

/** Problem `certificate-expired` or `certificate-not-yet-valid`. */
export function checkDates(certificate: X509Certificate, path: string, now: Date): void {
  const { validFromDate: from, validToDate: to } = certificate
  if (now > to) {
    throw new Problem('certificate-expired', `${path} expired at ${to.toISOString()}.`,
      [...removal(path), 'If it is not that late, set the clock: date'])
  }
  if (now < from) {
    throw new Problem('certificate-not-yet-valid', `${path} is valid only from ${from.toISOString()}, and the clock says ${now.toISOString()}.`,
      ['Set the clock: date', ...removal(path)])
  }
}

function lackingNames(certificate: X509Certificate, row: CertificateRow, configuration: ControlPlane): readonly string[] {
  const { dnsNames = [], ipAddresses = [] } = row.signer === undefined ? {} : row.subject(configuration)
  const present = (certificate.subjectAltName ?? '').split(', ').map(name => name.replace(/^(DNS|IP Address):/, ''))
  const addresses = present.flatMap(name => parseAddress(name) ?? []).map(formatAddress)
  return [...dnsNames.filter(name => !present.includes(name)), ...ipAddresses.filter(address => !addresses.includes(address))]
}
