import t from 'tap'
import type { Event } from '../../src/core/event.ts'
import { execute } from '../../src/core/execute.ts'
import type { Phase } from '../../src/core/phase.ts'
import { plan } from '../../src/core/plan.ts'

interface Context { readonly log: string[], readonly external?: boolean }

const step = (name: string, more: Partial<Phase<Context>> = {}): Phase<Context> =>
  ({ name, summary: name, run: async ({ log }) => { log.push(name) }, ...more })

const workflow: readonly Phase<Context>[] = [
  step('preflight', { aliases: ['pre-flight'] }),
  step('certs', { phases: [step('ca'), step('etcd', { when: context => context.external !== true })] }),
  step('upload'),
]

async function run(selection: Parameters<typeof plan>[1], context: Context = { log: [] }) {
  const events: Event[] = []
  await execute(plan(workflow, selection), context, event => { events.push(event) })
  return { log: context.log, events }
}

t.test('a parent runs before its children, and all in order', async t => {
  t.same((await run({})).log, ['preflight', 'certs', 'ca', 'etcd', 'upload'])
})

t.test('a skipped phase takes its children with it and is reported', async t => {
  const { log, events } = await run({ skip: ['certs', 'pre-flight'] })
  t.same(log, ['upload'])
  t.same(events.filter(event => event.type === 'phase' && event.status === 'skipped').map(event => event.type === 'phase' && event.phase), ['preflight', 'certs'])
})

t.test('one child alone runs its parent first', async t => {
  t.same((await run({ only: ['certs/ca'] })).log, ['certs', 'ca'])
})

t.test('a phase whose condition does not hold is skipped', async t => {
  t.same((await run({}, { log: [], external: true })).log, ['preflight', 'certs', 'ca', 'upload'])
})

t.test('an unknown phase is refused with the names there are', async t => {
  t.throws(() => plan(workflow, { skip: ['cert'] }), { code: 'phase-unknown', fix: [/certs\/ca/] })
})

t.test('phases side by side both start, and what follows waits for both', async t => {
  const log: string[] = []
  let release = () => {}
  const gate = new Promise<void>(resolve => { release = resolve })
  await execute(plan<Context>([
    { name: 'slow', summary: '', run: async () => { await gate; log.push('slow') } },
    { name: 'fast', summary: '', alongside: true, run: async () => { log.push('fast'); release() } },
    { name: 'after', summary: '', run: async () => { log.push('after') } },
  ]), { log }, () => {})
  t.same(log, ['fast', 'slow', 'after'])
})

t.test('after a failure nothing new starts, and the phase is reported as failed', async t => {
  const events: Event[] = []
  const log: string[] = []
  const failing = [step('one', { run: async () => { throw new Error('no') } }), step('two')]
  await t.rejects(execute(plan(failing), { log }, event => { events.push(event) }), { message: 'no' })
  t.same(log, [])
  t.match(events.at(-1), { type: 'phase', phase: 'one', status: 'failed' })
})

t.test('a failure stops what waits beside it, and is what is reported', async t => {
  const stop = new AbortController()
  const aborted = new Promise<never>((_resolve, reject) => { stop.signal.addEventListener('abort', () => reject(new Error('stopped'))) })
  await t.rejects(execute(plan<Context>([
    { name: 'waits', summary: '', run: async () => { await aborted } },
    { name: 'fails', summary: '', alongside: true, run: async () => { throw new Error('the cause') } },
  ]), { log: [] }, () => {}, stop), { message: 'the cause' })
})
