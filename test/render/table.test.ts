import t from 'tap'
import { table } from '../../src/render/table.ts'

t.test('columns as wide as their widest cell, nothing behind the last', async t => {
  t.equal(table(['TOKEN', 'TTL'], [['abcdef', '1h'], ['x', '']]), 'TOKEN    TTL\nabcdef   1h\nx\n')
})

t.test('without rows there is the header', async t => {
  t.equal(table(['A', 'B'], []), 'A   B\n')
})

t.test('what comes from a cluster cannot break a line or steer the terminal', async t => {
  t.equal(table(['A', 'B'], [['one\ntwo', '\u001B[2Jx\u0007']]), 'A         B\none two    [2Jx\n')
})
