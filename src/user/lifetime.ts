import { parseDuration } from '../config/duration.ts'
import { Problem } from '../core/problem.ts'

const day = 24 * 3600
/** What the API server takes for expirationSeconds: ten minutes to what fits in 32 bits. */
const shortest = 600
const longest = 2 ** 31 - 1

/** Seconds of `8h`, `90m` or `30d`; a year when nothing is given. Problem `lifetime-refused`. */
export function certificateLifetime(text: string | undefined): number {
  if (text === undefined) return 365 * day
  const days = /^(\d+)d$/.exec(text)?.[1]
  const nanoseconds = days === undefined ? parseDuration(text) : BigInt(days) * BigInt(day) * 1_000_000_000n
  const seconds = nanoseconds === undefined ? Number.NaN : Number(nanoseconds / 1_000_000_000n)
  if (seconds >= shortest && seconds <= longest) return seconds
  throw new Problem('lifetime-refused', Number.isNaN(seconds)
    ? `${JSON.stringify(text)} is not a time such as 8h or 30d.`
    : `A certificate cannot be valid for ${text}: at least ten minutes and at most 68 years are possible.`, ['Give a time such as 8h or 30d: --expires 30d'])
}
