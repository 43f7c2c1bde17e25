import type { Emit } from './event.ts'
import { Problem } from './problem.ts'

interface Waiting {
  /** What is waited for, as it is shown: `kube-apiserver`. */
  readonly target: string
  /** Milliseconds. */
  readonly timeout: number
  readonly interval: number
  readonly clock: { ticks(): number, sleep(milliseconds: number): Promise<void> }
  readonly emit: Emit
  /** What to do when the time is up without a cause having been found. */
  readonly fix: readonly [string, ...string[]]
  /** The setting that lengthens the wait. */
  readonly setting: string
}

/** `done` ends the wait; `seen` says in a few words what is there so far. A failure that is certain is thrown as a Problem. */
export type Look<Result> = { readonly done: Result } | { readonly seen: string }

/** Looks until it is done. Throws `timed-out` with what was seen last. */
export async function waitFor<Result>(waiting: Waiting, look: () => Promise<Look<Result>>): Promise<Result> {
  const { target, timeout, interval, clock, emit } = waiting
  const start = clock.ticks()
  for (;;) {
    const outcome = await look()
    if ('done' in outcome) return outcome.done
    const elapsed = clock.ticks() - start
    if (elapsed >= timeout) {
      throw new Problem('timed-out', `Gave up on ${target} after ${Math.round(timeout / 1000)} s (${waiting.setting}): ${outcome.seen}.`, waiting.fix)
    }
    emit({ type: 'wait', target, elapsed, timeout, seen: outcome.seen })
    await clock.sleep(interval)
  }
}
