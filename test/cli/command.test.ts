import t from 'tap'
import { session, type Session } from '../../src/cli/command.ts'
import { Problem } from '../../src/core/problem.ts'
import type { Terminal } from '../../src/render/terminal.ts'
import { memoryTerminal } from '../fixtures/terminal.ts'

async function run(work: (session: Session) => Promise<void>, values: Record<string, unknown> = {}, more: Partial<Terminal> = {}) {
  const { terminal, output, errors } = memoryTerminal(more)
  const code = await session(values, terminal, () => 'Working...', work)
  return { code, output: output(), errors: errors() }
}
const started = { type: 'phase', phase: 'x', status: 'start' } as const

t.test('the outcome is shown when the work is done, below its title', async t => {
  t.same(await run(async ({ emit, show }) => {
    show('Here it is.\n', {})
    emit(started)
  }), { code: 0, output: 'Working...                         [done]\nHere it is.\n', errors: '' })
})

t.test('no outcome is shown when it fails after all', async t => {
  const { code, output, errors } = await run(async ({ show }) => {
    show('Here it is.\n', {})
    throw new Problem('x', 'No.', ['Mend it.'])
  })
  t.same({ code, output, errors }, { code: 1, output: '', errors: 'error: No.\n  -> Mend it.\n' })
})

t.test('what is to be done at the end is done on every way out, the last first, each whatever the others do', async t => {
  for (const fail of [false, true]) {
    const done: string[] = []
    const { code, errors } = await run(async ({ onEnd }) => {
      onEnd(() => { done.push('first') })
      onEnd(async () => { throw new Error('cannot clean up') })
      onEnd(async () => { done.push('last') })
      if (fail) throw new Problem('x', 'The cause.', ['Mend it.'])
    })
    t.same(done, ['last', 'first'])
    t.equal(code, 1)
    t.match(errors, fail ? /The cause/ : /cannot clean up/)
  }
})

t.test('a signal ends it, cleans up, and is the exit code', async t => {
  for (const [signal, exit] of [['SIGINT', 130], ['SIGTERM', 143]] as const) {
    let cleaned = false
    const { code, errors } = await run(async ({ onEnd, emit }) => {
      onEnd(() => { cleaned = true })
      emit(started)
      await new Promise(() => {})
    }, {}, { interrupted: Promise.resolve(signal) })
    t.equal(code, exit)
    t.equal(cleaned, true)
    t.match(errors, /Run the same command again/)
  }
})

t.test('whoever listens hears what comes from then on', async t => {
  const heard: string[] = []
  await run(async ({ emit, listen }) => {
    emit({ type: 'note', text: 'before' })
    listen(event => { if (event.type === 'note') heard.push(event.text) })
    emit({ type: 'note', text: 'after' })
  })
  t.same(heard, ['after'])
})

t.test('as JSON, everything is on standard output', async t => {
  const { output, errors } = await run(async ({ emit, show }) => {
    emit(started)
    show('text\n', { a: 1 })
  }, { output: 'json' })
  t.same(output.split('\n').slice(0, -1).map(line => JSON.parse(line) as unknown), [started, { type: 'result', a: 1 }])
  t.equal(errors, '')
})

t.test('detail as asked for, the last -v when there are several', async t => {
  const note = async ({ emit }: Session) => { emit({ type: 'note', text: 'a detail' }) }
  t.notMatch((await run(note, { v: 0 })).output, /a detail/)
  t.match((await run(note, { v: 1 })).output, /a detail/)
  t.match((await run(note, { v: [0, 2] })).output, /a detail/)
})
