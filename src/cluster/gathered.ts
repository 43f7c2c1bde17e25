import type { Clock } from '../host/host.ts'

interface Waiting<Item> {
  readonly items: readonly Item[]
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/**
 * Gathers calls that come within `time` milliseconds into one, in their order. When that one fails each call is made by
 * itself, so that only those that are to blame fail.
 */
export function gathered<Item>(
  time: number, clock: Pick<Clock, 'sleep'>, act: (items: readonly Item[]) => Promise<void>,
): (items: readonly Item[]) => Promise<void> {
  let queue: Waiting<Item>[] = []
  const flush = async () => {
    await clock.sleep(time)
    const calls = queue
    queue = []
    try {
      await act(calls.flatMap(call => call.items))
      for (const call of calls) call.resolve()
    } catch (error) {
      if (calls.length === 1) return calls[0]?.reject(error)
      for (const call of calls) await act(call.items).then(call.resolve, call.reject)
    }
  }
  return async items => await new Promise<void>((resolve, reject) => {
    queue.push({ items, resolve, reject })
    if (queue.length === 1) void flush()
  })
}
