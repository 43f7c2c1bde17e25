import t from 'tap'
import { allDone } from '../../src/core/all-done.ts'
import { messageOf, Problem } from '../../src/core/problem.ts'

t.test('a problem is an error with a code, what mends it and its cause', async t => {
  const cause = new Error('ENOENT')
  const problem = new Problem('file-failed', 'Cannot read /x.', ['ls -l /x'], { cause })
  t.ok(problem instanceof Error)
  t.match(problem, { name: 'Problem', code: 'file-failed', message: 'Cannot read /x.', fix: ['ls -l /x'], cause })
})

t.test('the text of anything thrown', async t => {
  t.equal(messageOf(new Error('no')), 'no')
  t.equal(messageOf('no'), 'no')
  t.equal(messageOf(null), 'null')
  t.equal(messageOf(new AggregateError([new Error('refused'), 'lost'])), 'refused; lost')
  t.equal(messageOf(new AggregateError([new Error('refused')], 'all failed')), 'all failed')
})

t.test('all are waited for, also behind one that fails, and the first in the list is what is told', async t => {
  let done = false
  const late = new Promise<void>(resolve => { setTimeout(() => { done = true; resolve() }, 5) })
  await t.rejects(allDone([late, Promise.reject(new Error('first')), Promise.reject(new Error('second'))]), { message: 'first' })
  t.equal(done, true)
  await t.resolves(allDone([]))
})
