import t from 'tap'
import { Problem } from '../../src/core/problem.ts'
import { problemText } from '../../src/render/problem.ts'
import { paint } from '../../src/render/terminal.ts'
import { memoryTerminal } from '../fixtures/terminal.ts'

const { terminal: plain } = memoryTerminal()
const { terminal: coloured } = memoryTerminal({ colours: true })

t.test('what is wrong, then what mends it, the most likely first', async t => {
  t.equal(problemText(plain, new Problem('x', 'It went wrong.', ['Do this.', 'Or that.']), 0), 'error: It went wrong.\n  -> Do this.\n  -> Or that.\n')
})

t.test('a stack only from -v 5 on', async t => {
  const stack = / {4}at /
  t.notMatch(problemText(plain, new Problem('x', 'No.', ['Do.']), 4), stack)
  t.match(problemText(plain, new Problem('x', 'No.', ['Do.']), 5), stack)
  t.notMatch(problemText(plain, new Error('no'), 4), stack)
  t.match(problemText(plain, new Error('no'), 5), stack)
})

t.test('anything that is thrown has a text', async t => {
  t.match(problemText(plain, 'no', 0), /^error: no\n/)
  t.match(problemText(plain, undefined, 0), /^error: undefined\n/)
  t.match(problemText(plain, new AggregateError([new Error('refused'), new Error('unreachable')]), 0), /^error: refused; unreachable\n/)
})

t.test('colour only where it is wanted', async t => {
  t.equal(paint(plain, 'red', 'x'), 'x')
  t.equal(paint(coloured, 'red', 'x'), '\u001B[31mx\u001B[0m')
  t.match(problemText(coloured, new Problem('x', 'No.', ['Do.']), 0), /^\u001B\[31merror:\u001B\[0m No\.\n {2}\u001B\[1m->\u001B\[0m Do\.\n$/)
})
