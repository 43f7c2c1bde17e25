import t from 'tap'
import { waitFor } from '../../src/core/wait.ts'
import { memoryHost } from '../../src/host/memory.ts'

const waiting = { target: 'kubelet', timeout: 1000, interval: 100, setting: 'timeouts.kubeletHealthCheck', fix: ['journalctl -u kubelet'] as const }

t.test('gives the result as soon as it is there and tells what it sees', async t => {
  const seen: string[] = []
  let looks = 0
  const result = await waitFor({ ...waiting, clock: memoryHost().clock, emit: event => { if (event.type === 'wait') seen.push(`${event.elapsed} ${event.seen}`) } },
    async () => ++looks === 3 ? { done: 'up' } : { seen: `look ${looks}` })
  t.equal(result, 'up')
  t.same(seen, ['0 look 1', '100 look 2'])
})

t.test('names the limit that ended the wait and what was seen last', async t => {
  await t.rejects(waitFor({ ...waiting, clock: memoryHost().clock, emit: () => {} }, async () => ({ seen: 'it starts' })),
    { code: 'timed-out', message: /1 s \(timeouts\.kubeletHealthCheck\): it starts/, fix: ['journalctl -u kubelet'] })
})
