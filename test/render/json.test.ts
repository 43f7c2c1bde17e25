import t from 'tap'
import { Problem } from '../../src/core/problem.ts'
import { jsonRenderer } from '../../src/render/json.ts'
import { memoryTerminal } from '../fixtures/terminal.ts'

function rendered(act: (renderer: ReturnType<typeof jsonRenderer>) => void) {
  const { terminal, output, errors } = memoryTerminal({ interactive: true, colours: true })
  act(jsonRenderer(terminal))
  t.equal(errors(), '')
  return output().split('\n').slice(0, -1).map(line => JSON.parse(line) as unknown)
}

t.test('one object a line, the result last, and nothing meant for eyes', async t => {
  t.same(rendered(renderer => {
    renderer.event({ type: 'phase', phase: 'certs/ca', status: 'start' })
    renderer.event({ type: 'note', text: 'two\nlines' })
    renderer.end(true)
    renderer.result('Done.\n', { node: 'a' })
  }), [{ type: 'phase', phase: 'certs/ca', status: 'start' }, { type: 'note', text: 'two\nlines' }, { type: 'result', node: 'a' }])
})

t.test('a failure has its code and what mends it; a bug is told apart', async t => {
  t.same(rendered(renderer => renderer.problem(new Problem('not-root', 'Only root can.', ['sudo kubeadm init'], { cause: new Error('hidden') }))),
    [{ type: 'problem', code: 'not-root', message: 'Only root can.', fix: ['sudo kubeadm init'] }])
  t.match(rendered(renderer => renderer.problem(new TypeError('x is undefined'))), [{ type: 'problem', code: 'bug', message: 'x is undefined' }])
})
