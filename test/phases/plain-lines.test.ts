import t from 'tap'
import { plainLines } from '../../src/phases/plain-lines.ts'

t.test('colours, titles and other sequences go, their text stays', async t => {
  t.same(plainLines(['\u001B[31mred\u001B[0m text', '\u001B]0;title\u0007shown', '\u001B]8;;https://x\u001B\\link', '\u001B[2J\u001B[1;1Hhome', '\u001BMup']), ['red text', 'shown', 'link', 'home', 'up'])
})

t.test('control characters go, a carriage return and an eight-bit escape included; tabs stay', async t => {
  t.same(plainLines(['a\u0007b\rc', 'x\u009B31my', '1\t2']), ['abc', 'x31my', '1\t2'])
})

t.test('the runtime\'s prefix and empty lines go', async t => {
  t.same(plainLines(['2026-01-01T00:00:00.123456789Z stderr F panic: no', '2026-01-01T00:00:00+02:00 stdout P part', '', '  ', '\u001B[0m', '2026-01-01T00:00:00Z other']),
    ['panic: no', 'part', '2026-01-01T00:00:00Z other'])
})
