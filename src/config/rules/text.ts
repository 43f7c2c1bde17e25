import { parseAddress } from '../ip.ts'

const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?'
const subdomain = new RegExp(`^${label}(\\.${label})*$`)

/** RFC 1123 subdomain: lower-case letters, digits, `-` and `.`, 253 characters at most. */
export function isSubdomain(text: string): boolean {
  return text.length <= 253 && subdomain.test(text)
}

/** What a certificate may be issued for: an IP address, a DNS name or a wildcard one; case does not matter. */
export function isCertificateName(text: string): boolean {
  return parseAddress(text) !== undefined || isSubdomain(text.toLowerCase().replace(/^\*\./, ''))
}

/** The closest of some names, if any is close enough to have been meant, or the only one it begins; without case. */
export function nearest(name: string, names: readonly string[]): string | undefined {
  const begun = names.filter(candidate => name.length >= 4 && candidate.toLowerCase().startsWith(name.toLowerCase()))
  if (begun.length === 1) return begun[0]
  const ranked = names.map(candidate => ({ candidate, far: distance(name.toLowerCase(), candidate.toLowerCase()) }))
    .toSorted((one, other) => one.far - other.far)
  const [best] = ranked
  return best !== undefined && best.far <= Math.max(1, Math.floor(name.length / 3)) ? best.candidate : undefined
}

/** How many letters have to be put in, taken out, replaced or swapped with their neighbour (Damerau–Levenshtein). */
function distance(one: string, other: string): number {
  const rows: number[][] = [Array.from({ length: other.length + 1 }, (_, column) => column)]
  const at = (row: number, column: number) => rows[row]?.[column] ?? 0
  for (let row = 1; row <= one.length; row++) {
    rows[row] = [row]
    for (let column = 1; column <= other.length; column++) {
      const same = one[row - 1] === other[column - 1] ? 0 : 1
      const swapped = row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1]
      rows[row]?.push(Math.min(at(row - 1, column) + 1, at(row, column - 1) + 1, at(row - 1, column - 1) + same,
        swapped ? at(row - 2, column - 2) + 1 : Infinity))
    }
  }
  return at(one.length, other.length)
}
