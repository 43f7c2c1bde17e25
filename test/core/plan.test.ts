import t from 'tap'
import { flatten, type Phase } from '../../src/core/phase.ts'
import { plan, type Step } from '../../src/core/plan.ts'

const phase = (name: string, more: Partial<Phase<object>> = {}): Phase<object> => ({ name, summary: name, ...more })
const workflow = [
  phase('preflight', { aliases: ['pre-flight'] }),
  phase('journal', { hidden: true }),
  phase('certs', { phases: [phase('ca'), phase('etcd', { phases: [phase('ca')] })] }),
]
const shown = (steps: readonly Step<object>[]): readonly string[] => steps.flatMap(({ path, skipped, steps }) => [skipped ? `-${path}` : path, ...shown(steps)])

t.test('everything by default, every phase by its path', async t => {
  t.same(shown(plan(workflow)), ['preflight', 'journal', 'certs', 'certs/ca', 'certs/etcd', 'certs/etcd/ca'])
  t.same(flatten(workflow).map(({ path }) => path), shown(plan(workflow)))
})

t.test('left out by name, alias or path, in any case, with what is below', async t => {
  t.same(shown(plan(workflow, { skip: ['Pre-Flight', 'certs/ETCD'] })), ['-preflight', 'journal', 'certs', 'certs/ca', '-certs/etcd', '-certs/etcd/ca'])
})

t.test('chosen ones come with their parents and children', async t => {
  t.same(shown(plan(workflow, { only: ['certs/etcd'] })), ['certs', 'certs/etcd', 'certs/etcd/ca'])
  t.same(shown(plan(workflow, { only: ['certs'], skip: ['certs/ca'] })), ['certs', '-certs/ca', 'certs/etcd', 'certs/etcd/ca'])
  t.same(shown(plan(workflow, { only: [] })), [])
})

t.test('a name that is unknown, or known only elsewhere, is refused with those that can be chosen', async t => {
  for (const name of ['', 'ca', 'certs/', 'certs/x', 'certs/ca/x']) {
    t.throws(() => plan(workflow, { skip: [name] }), { code: 'phase-unknown', fix: ['Choose from: preflight, certs, certs/ca, certs/etcd, certs/etcd/ca'] }, name)
  }
})
