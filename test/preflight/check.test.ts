import t from 'tap'
import type { Event } from '../../src/core/event.ts'
import { Problem } from '../../src/core/problem.ts'
import { memoryHost } from '../../src/host/memory.ts'
import { runChecks, type Check, type Defect } from '../../src/preflight/check.ts'
import { found } from '../fixtures/found.ts'

const defect = (level: Defect['level'], message: string): Defect => ({ level, message, fix: [`mend ${message}`] })
const check = (name: string, ...defects: Defect[]): Check => ({ name, run: async () => defects })

t.test('nothing wrong', async t => {
  const { findings, problem } = await found([check('Mem')])
  t.strictSame(findings, [])
  t.equal(problem, undefined)
})

t.test('all is told, in the order of the list, and one Problem counts the errors', async t => {
  const slow: Check = { name: 'Slow', run: async () => { await new Promise(setImmediate); return [defect('error', 'slow')] } }
  const { lines, problem } = await found([slow, check('Swap', defect('warning', 'swap')), check('Mem', defect('error', 'a'), defect('error', 'b'))])
  t.strictSame(lines, ['error Slow: slow', 'warning Swap: swap', 'error Mem: a', 'error Mem: b'])
  t.match(problem, { code: 'preflight-failed', message: /3 errors .*\(Slow, Mem\)/ })
  t.match(problem?.fix.at(-1), /--ignore-preflight-errors=Slow,Mem$/)
})

t.test('warnings alone let it go on', async t => {
  const { lines, problem } = await found([check('Swap', defect('warning', 'swap'))])
  t.strictSame(lines, ['warning Swap: swap'])
  t.equal(problem, undefined)
})

t.test('ignored errors become warnings, whatever the case of the name', async t => {
  const checks = [check('Port-6443', defect('error', 'port')), check('Mem', defect('error', 'memory'))]
  const one = await found(checks, {}, ['port-6443'])
  t.strictSame(one.names, ['warning Port-6443', 'error Mem'])
  t.match(one.problem, { code: 'preflight-failed', message: /one error .*\(Mem\)/ })
  const all = await found(checks, {}, ['ALL'])
  t.strictSame(all.names, ['warning Port-6443', 'warning Mem'])
  t.equal(all.problem, undefined)
})

t.test('all cannot be combined', async t => {
  t.match((await found([], {}, ['all', 'Swap'])).problem, { code: 'ignored-checks-contradict' })
})

t.test('a Problem that a check runs into is its finding', async t => {
  const failing: Check = { name: 'CRI', run: async () => { throw new Problem('x', 'no socket', ['start it']) } }
  const { findings } = await found([failing, check('Swap', defect('warning', 'swap'))])
  t.match(findings, [{ check: 'CRI', level: 'error', message: 'no socket', fix: ['start it'] }, { check: 'Swap' }])
})

t.test('a bug is not a finding', async t => {
  const broken: Check = { name: 'Mem', run: async () => { throw new TypeError('bug') } }
  await t.rejects(runChecks([broken], memoryHost(), [], () => {}), TypeError)
})

t.test('the runtime is asked once, and let go', async t => {
  let asked = 0
  let closed = 0
  const host = memoryHost({ containerRuntime: {
    status: async () => { asked++; return { runtimeName: 'containerd', runtimeVersion: 'v2', ready: true, reason: '' } },
    close: () => { closed++ },
  } })
  const look: Check = { name: 'CRI', run: async facts => { await facts.runtimeStatus('unix:///run/x.sock'); return [] } }
  const events: Event[] = []
  await runChecks([look, look], host, [], event => events.push(event))
  t.strictSame({ asked, closed, events }, { asked: 1, closed: 1, events: [] })
})
