import t from 'tap'
import { failures, passedSubtest, tally } from '../../scripts/tap-report.ts'

t.test('counts by the summary', async t => {
  t.same(tally('ok 1 - a\n1..1\n# { total: 6, pass: 2, fail: 3, skip: 1 }\n# time=48ms\n', 1), { passed: 2, failed: 3, skipped: 1 })
  t.same(tally('1..1\n# { total: 1, pass: 1 }\n', 0), { passed: 1, failed: 0, skipped: 0 })
})

t.test('a file that breaks off has failed', async t => {
  t.same(tally('ok 1 - a\n', 0), { passed: 0, failed: 1, skipped: 0 }, 'no summary')
  t.same(tally('', null), { passed: 0, failed: 1, skipped: 0 }, 'killed')
  t.same(tally('# { total: 1, pass: 1 }\n', 7), { passed: 1, failed: 1, skipped: 0 }, 'a bad end after good points')
})

t.test('failures are shown whole, passed points left out', async t => {
  const output = 'TAP version 14\n# Subtest: a\n    ok 1 - fine\n    not ok 2 - one is two\n      ---\n      diff: |\n        -2\n      ...\n    1..2\nnot ok 1 - a\n'
  t.equal(failures(output), '# Subtest: a\n    not ok 2 - one is two\n      ---\n      diff: |\n        -2\n      ...\nnot ok 1 - a')
})

t.test('names a passed subtest', async t => {
  t.equal(passedSubtest('ok 2 - joins a node # time=1520.12ms'), 'joins a node (1.5 s)')
  t.equal(passedSubtest('    ok 2 - inner # time=15ms'), undefined)
  t.equal(passedSubtest('not ok 2 - joins # time=15ms'), undefined)
})
