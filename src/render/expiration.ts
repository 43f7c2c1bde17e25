import type { Expiration, Expirations } from '../certs/expiration.ts'
import { table } from './table.ts'

/** The two tables of upstream's `certs check-expiration`, column by column. */
export function expirationText({ certificates, authorities }: Expirations, now: Date): string {
  const end = ({ expires }: Expiration) => expires === undefined ? ['', ''] : [dateText(expires), residual(expires, now)]
  const name = ({ name, expires }: Expiration) => expires === undefined ? `!MISSING! ${name}` : name
  const external = ({ expires, externallyManaged }: Expiration) => expires === undefined ? '' : externallyManaged ? 'yes' : 'no'
  return `${table(['CERTIFICATE', 'EXPIRES', 'RESIDUAL TIME', 'CERTIFICATE AUTHORITY', 'EXTERNALLY MANAGED'],
    certificates.map(row => [name(row), ...end(row), row.authority ?? '', external(row)]))}
${table(['CERTIFICATE AUTHORITY', 'EXPIRES', 'RESIDUAL TIME', 'EXTERNALLY MANAGED'], authorities.map(row => [name(row), ...end(row), external(row)]))}`
}

/** CertificateExpirationInfo of output.kubeadm.k8s.io/v1alpha3; its fields in upstream's order. */
export function expirationObject({ certificates, authorities }: Expirations, now: Date): Readonly<Record<string, unknown>> {
  const item = ({ name, expires, authority, externallyManaged }: Expiration) => ({
    name,
    expirationDate: expires === undefined ? null : expires.toISOString().replace(/\.\d+Z$/, 'Z'),
    residualTime: expires === undefined ? 0 : Math.trunc((expires.getTime() - now.getTime()) / 1000),
    externallyManaged,
    ...authority !== undefined && { caName: authority },
    missing: expires === undefined,
  })
  return {
    kind: 'CertificateExpirationInfo',
    apiVersion: 'output.kubeadm.k8s.io/v1alpha3',
    certificates: certificates.map(item),
    certificateAuthorities: authorities.map(item),
  }
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** `Jan 02, 2006 15:04 UTC` */
function dateText(date: Date): string {
  const iso = date.toISOString()
  return `${months[date.getUTCMonth()]} ${iso.slice(8, 10)}, ${iso.slice(0, 4)} ${iso.slice(11, 16)} UTC`
}

/** Of the largest unit, what is whole. */
function residual(end: Date, now: Date): string {
  const milliseconds = end.getTime() - now.getTime()
  if (milliseconds < -1000) return '<invalid>'
  const seconds = Math.max(0, Math.floor(milliseconds / 1000))
  const [minutes, hours, days] = [60, 3600, 86_400].map(unit => Math.floor(seconds / unit)) as [number, number, number]
  if (minutes === 0) return `${seconds}s`
  if (hours === 0) return `${minutes}m`
  if (days === 0) return `${hours}h`
  return days < 365 ? `${days}d` : `${Math.floor(days / 365)}y`
}
