import { setTimeout as sleep } from 'node:timers/promises'

/** Looks until it is true; throws with what was seen last after so many seconds. */
export async function until<Result>(what: string, seconds: number, look: () => Promise<{ ok: boolean, seen: Result }>): Promise<Result> {
  const start = performance.now()
  for (;;) {
    const { ok, seen } = await look()
    if (ok) return seen
    if (performance.now() - start > seconds * 1000) throw new Error(`Not within ${seconds} s: ${what}. Seen: ${JSON.stringify(seen)}`)
    await sleep(500)
  }
}
