/** Waits for all of them, also when one fails: nothing goes on behind the back of whoever handles the failure, which is the first in the order of the list. */
export async function allDone(work: readonly Promise<unknown>[]): Promise<void> {
  for (const outcome of await Promise.allSettled(work)) if (outcome.status === 'rejected') throw outcome.reason
}
