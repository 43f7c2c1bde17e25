import t from 'tap'
import { Problem } from '../../src/core/problem.ts'
import { textRenderer } from '../../src/render/text.ts'
import { memoryTerminal } from '../fixtures/terminal.ts'

const title = (phase: string) => phase === 'wait' ? 'Bootstrapping certificates...' : 'Initializing kubernetes node...'

t.test('two titles, each closed with [done] in its column', async t => {
  const { terminal: to, output } = memoryTerminal()
  const renderer = textRenderer(to, { verbosity: 0, title })
  renderer.event({ type: 'phase', phase: 'preflight', status: 'start' })
  renderer.event({ type: 'phase', phase: 'preflight', status: 'done' })
  renderer.event({ type: 'phase', phase: 'wait', status: 'start' })
  renderer.end(true)
  renderer.result('Joined node to cluster.\n', {})
  t.equal(output(), [
    'Initializing kubernetes node...    [done]',
    'Bootstrapping certificates...      [done]',
    'Joined node to cluster.', ''].join('\n'))
})

t.test('a failure closes the title, and the problem says what mends it, on standard error', async t => {
  const { terminal: to, output, errors } = memoryTerminal()
  const renderer = textRenderer(to, { verbosity: 0, title })
  renderer.event({ type: 'phase', phase: 'preflight', status: 'start' })
  renderer.event({ type: 'finding', check: 'Swap', level: 'error', message: 'Swap is on.', fix: ['swapoff -a'] })
  renderer.end(false)
  renderer.problem(new Problem('x', 'It went wrong.', ['Mend it.']))
  t.equal(output(), 'Initializing kubernetes node...    [failed]\n')
  t.equal(errors(), '  [ERROR Swap]: Swap is on.\n      -> swapoff -a\nerror: It went wrong.\n  -> Mend it.\n')
})

t.test('phases, notes and long waits with -v', async t => {
  const { terminal: to, output } = memoryTerminal()
  const renderer = textRenderer(to, { verbosity: 1, title })
  renderer.event({ type: 'phase', phase: 'certs/ca', status: 'start' })
  renderer.event({ type: 'note', text: 'a note' })
  renderer.event({ type: 'wait', target: 'kubelet', elapsed: 6000, timeout: 9000, seen: 'it starts' })
  renderer.event({ type: 'phase', phase: 'addon', status: 'skipped', reason: 'asked' })
  renderer.end(true)
  t.equal(output(), 'Initializing kubernetes node...\n    [certs/ca] start\n    a note\n    kubelet: it starts (6 s)\n  [addon] skipped: asked for\nInitializing kubernetes node...    [done]\n')
})

t.test('on a terminal one line is redrawn, in colour, and never wider than it', async t => {
  const { terminal: to, output } = memoryTerminal({ interactive: true, colours: true, columns: 60 })
  const renderer = textRenderer(to, { verbosity: 0, title })
  renderer.event({ type: 'phase', phase: 'preflight', status: 'start' })
  renderer.event({ type: 'wait', target: 'control plane', elapsed: 2000, timeout: 9000, seen: 'etcd runs; '.repeat(20) })
  renderer.end(true)
  t.ok(output().endsWith('Initializing kubernetes node...    \u001B[32m[done]\u001B[0m\n'))
  for (const line of output().split('\r\u001B[K')) t.equal(line.match(/\u001B\[[1-9]\d*m/g)?.length, line.match(/\u001B\[0m/g)?.length, 'every colour is closed')
  for (const line of output().split('\r\u001B[K')) t.ok(line.replaceAll(/\u001B\[\d+m/g, '').trimEnd().length < 60, line)
})

t.test('a bug is called one, and its stack is for those who ask', async t => {
  const { terminal: to, errors } = memoryTerminal()
  textRenderer(to, { verbosity: 0, title }).problem(new TypeError('x is undefined'))
  t.match(errors(), /^error: x is undefined\n.*-v 5/)
  t.notMatch(errors(), / {4}at /)
})

t.test('what is installed is said without -v where that is asked for', async t => {
  const { terminal: to, output } = memoryTerminal()
  const renderer = textRenderer(to, { verbosity: 0, notes: true, title })
  renderer.event({ type: 'phase', phase: 'engine', status: 'start' })
  renderer.event({ type: 'note', text: 'Installing docker.io' })
  renderer.end(true)
  t.equal(output(), '    Installing docker.io\nInitializing kubernetes node...    [done]\n')
})
