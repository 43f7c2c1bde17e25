import { Problem } from '../core/problem.ts'

const nanoseconds: Readonly<Record<string, bigint>> = {
  ns: 1n, us: 1_000n, µs: 1_000n, μs: 1_000n, ms: 1_000_000n, s: 1_000_000_000n, m: 60_000_000_000n, h: 3_600_000_000_000n,
}
const whole = /^([+-])?((?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/
const part = /(\d*)\.?(\d*)(ns|us|µs|μs|ms|s|m|h)/g
const largest = 2n ** 63n - 1n

/** Nanoseconds of a Go duration (`1h30m`, `-5s`, `0`); undefined when it is none, or beyond Go's 292 years. */
export function parseDuration(text: string): bigint | undefined {
  if (/^[+-]?0$/.test(text)) return 0n
  const match = whole.exec(text)
  if (match === null) return undefined
  let total = 0n
  for (const [, integer = '', fraction = '', unit = ''] of text.matchAll(part)) {
    const scale = nanoseconds[unit] ?? 0n
    total += BigInt(integer || '0') * scale + BigInt(fraction || '0') * scale / 10n ** BigInt(fraction.length)
  }
  if (total > largest) return undefined
  return match[1] === '-' ? -total : total
}

/** Go's own spelling: `24h0m0s`, `1.5s`, `0s`. */
export function formatDuration(value: bigint): string {
  if (value < 0n) return `-${formatDuration(-value)}`
  if (value === 0n) return '0s'
  if (value < 1_000n) return `${value}ns`
  if (value < 1_000_000n) return `${decimal(value, 3)}µs`
  if (value < 1_000_000_000n) return `${decimal(value, 6)}ms`
  const minutes = value / 60_000_000_000n
  const seconds = `${decimal(value % 60_000_000_000n, 9)}s`
  if (minutes === 0n) return seconds
  return minutes < 60n ? `${minutes}m${seconds}` : `${minutes / 60n}h${minutes % 60n}m${seconds}`
}

function decimal(value: bigint, digits: number): string {
  const scale = 10n ** BigInt(digits)
  const fraction = (value % scale).toString().padStart(digits, '0').replace(/0+$/, '')
  return fraction === '' ? `${value / scale}` : `${value / scale}.${fraction}`
}

/** The normal form (`24h` → `24h0m0s`). Throws a Problem that names `subject` when it is malformed or negative. */
export function normalDuration(text: string, subject: string): string {
  const value = parseDuration(text)
  if (value === undefined) {
    throw new Problem('duration-malformed', `${subject}: ${JSON.stringify(text)} is not a duration.`, ['Write numbers with units, such as 90s, 5m or 24h.'])
  }
  if (value < 0n) throw new Problem('duration-negative', `${subject}: ${text} is negative.`, ['Give a duration of 0s or more.'])
  return formatDuration(value)
}

/** Milliseconds of a Go duration, for timers. Throws a Problem when it is malformed or negative. */
export function milliseconds(text: string): number {
  return Number(parseDuration(normalDuration(text, 'duration')) ?? 0n) / 1e6
}
