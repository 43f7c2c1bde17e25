import t from 'tap'
import { gathered } from '../../src/cluster/gathered.ts'
import { memoryHost } from '../../src/host/memory.ts'

t.test('calls side by side become one, in their order', async t => {
  const acts: (readonly string[])[] = []
  const apply = gathered<string>(30, memoryHost().clock, async items => { acts.push(items) })
  await Promise.all([apply(['a', 'b']), apply(['c'])])
  await apply(['d'])
  t.same(acts, [['a', 'b', 'c'], ['d']])
})

t.test('only the call that is to blame fails', async t => {
  const apply = gathered<string>(30, memoryHost().clock, async items => { if (items.includes('bad')) throw new Error(`refused ${items.join()}`) })
  const outcomes = await Promise.allSettled([apply(['good']), apply(['bad'])])
  t.match(outcomes, [{ status: 'fulfilled' }, { status: 'rejected', reason: { message: 'refused bad' } }])
})
