import { Problem } from '../core/problem.ts'

/** An IP address as a number: 32 bits for family 4, 128 for family 6. IPv4-mapped IPv6 counts as family 4. */
export interface Address {
  readonly family: 4 | 6
  readonly value: bigint
}

/** A network: `base` has its host bits cleared, `prefix` counts the fixed bits. */
export interface Cidr {
  readonly family: 4 | 6
  readonly prefix: number
  readonly base: bigint
}

/** What an address is for. `unicast` is one that other machines can reach. */
export type AddressKind = 'unicast' | 'unspecified' | 'loopback' | 'multicast' | 'link-local' | 'broadcast'

const bits = { 4: 32, 6: 128 } as const

/** Undefined when it is no address. Zones (`%eth0`) and leading zeros in IPv4 are no address. */
export function parseAddress(text: string): Address | undefined {
  const value = text.includes(':') ? parseIPv6(text) : parseIPv4(text)
  if (value === undefined) return undefined
  if (!text.includes(':')) return { family: 4, value }
  return value >> 32n === 0xffffn ? { family: 4, value: value & 0xffffffffn } : { family: 6, value }
}

function parseIPv4(text: string): bigint | undefined {
  const parts = text.split('.')
  if (parts.length !== 4 || !parts.every(part => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)) return undefined
  return parts.reduce((value, part) => (value << 8n) | BigInt(part), 0n)
}

function parseIPv6(text: string): bigint | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const groups = halves.map(half => half === '' ? [] : half.split(':'))
  const last = groups.at(-1) ?? []
  const tail = last.at(-1)
  if (tail?.includes('.')) {
    const v4 = parseIPv4(tail)
    if (v4 === undefined) return undefined
    last.splice(-1, 1, (v4 >> 16n).toString(16), (v4 & 0xffffn).toString(16))
  }
  const count = groups.flat().length
  if (halves.length === 1 ? count !== 8 : count > 7) return undefined
  if (!groups.flat().every(group => /^[0-9a-f]{1,4}$/i.test(group))) return undefined
  const [head = [], end = []] = groups
  const whole = [...head, ...Array<string>(8 - count).fill('0'), ...end]
  return whole.reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n)
}

/** Dotted for family 4; RFC 5952 for family 6. */
export function formatAddress({ family, value }: Address): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map(shift => (value >> shift) & 0xffn).join('.')
  const groups = Array.from({ length: 8 }, (_, index) => ((value >> BigInt(112 - 16 * index)) & 0xffffn).toString(16))
  const run = longestZeroRun(groups)
  if (run.length < 2) return groups.join(':')
  return `${groups.slice(0, run.start).join(':')}::${groups.slice(run.start + run.length).join(':')}`
}

function longestZeroRun(groups: readonly string[]): { start: number, length: number } {
  let best = { start: 0, length: 0 }
  for (let start = 0; start < groups.length; start++) {
    let length = 0
    while (groups[start + length] === '0') length++
    if (length > best.length) best = { start, length }
  }
  return best
}

/** Undefined when it is no network in prefix notation. Host bits are cleared, as Kubernetes does. */
export function parseCidr(text: string): Cidr | undefined {
  const [network = '', length = '', ...rest] = text.split('/')
  const address = parseAddress(network)
  if (address === undefined || rest.length > 0 || !/^(0|[1-9]\d{0,2})$/.test(length)) return undefined
  const width = bits[address.family]
  const prefix = Number(length)
  if (prefix > width) return undefined
  const host = BigInt(width - prefix)
  return { family: address.family, prefix, base: (address.value >> host) << host }
}

export function formatCidr(cidr: Cidr): string {
  return `${formatAddress({ family: cidr.family, value: cidr.base })}/${cidr.prefix}`
}

/** How many addresses it spans, network and broadcast address included. */
export function cidrSize(cidr: Cidr): bigint {
  return 1n << BigInt(bits[cidr.family] - cidr.prefix)
}

export function cidrContains(cidr: Cidr, address: Address): boolean {
  return cidr.family === address.family && address.value >= cidr.base && address.value < cidr.base + cidrSize(cidr)
}

export function cidrsOverlap(one: Cidr, other: Cidr): boolean {
  return one.family === other.family && one.base < other.base + cidrSize(other) && other.base < one.base + cidrSize(one)
}

/**
 * The address at an index of the first of the comma-separated networks: 1 is the kubernetes Service, 10 the cluster's DNS.
 * Throws a Problem when the network is malformed or too small.
 */
export function serviceAddress(serviceSubnet: string, index: number): string {
  const [first = ''] = serviceSubnet.split(',')
  const cidr = parseCidr(first.trim())
  if (cidr === undefined || cidrSize(cidr) <= BigInt(index)) {
    throw new Problem('service-subnet-unusable', cidr === undefined
      ? `The Service range "${first}" is not a network such as 10.96.0.0/12.`
      : `The Service range ${first} has ${cidrSize(cidr)} addresses, but its address number ${index} is needed.`,
      ['Set networking.serviceSubnet (or --service-cidr) to a network such as 10.96.0.0/12.'])
  }
  return formatAddress({ family: cidr.family, value: cidr.base + BigInt(index) })
}

/** `[::1]:6443` for IPv6, `10.0.0.1:6443` for IPv4 and names. */
export function joinHostPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

/**
 * Host and port of `name`, `10.0.0.1:6443`, `::1` or `[::1]:6443`; the port is undefined when none is written. The whole
 * is undefined when it is malformed or the port is not within 1–65535. The host is not looked at.
 */
export function splitHostPort(text: string): { readonly host: string, readonly port: number | undefined } | undefined {
  const bracketed = /^\[([^[\]]+)\](.*)$/.exec(text)
  const bare = text.split(':').length > 2
  const colon = text.indexOf(':')
  const end = bare || colon < 0 ? text.length : colon
  const host = bracketed?.[1] ?? text.slice(0, end)
  const rest = bracketed?.[2] ?? text.slice(end)
  if (host === '' || /[[\]]/.test(host)) return undefined
  if (rest === '') return { host, port: undefined }
  const port = Number(/^:(\d{1,5})$/.exec(rest)?.[1])
  return port >= 1 && port <= 65535 ? { host, port } : undefined
}

export function addressKind(address: Address): AddressKind {
  const { family, value } = address
  if (value === 0n) return 'unspecified'
  if (family === 4) {
    if (value >> 24n === 127n) return 'loopback'
    if (value >> 28n === 0xen) return 'multicast'
    if (value >> 16n === 0xa9fen) return 'link-local'
    return value === 0xffffffffn ? 'broadcast' : 'unicast'
  }
  if (value === 1n) return 'loopback'
  if (value >> 120n === 0xffn) return 'multicast'
  return value >> 118n === 0x3fan ? 'link-local' : 'unicast'
}
