import t from 'tap'
import { beginJournal, journalist, journalPath, readJournal, writeJournal } from '../../src/core/journal.ts'
import { memoryHost } from '../../src/host/memory.ts'

t.test('what was written is read again, by root only', async t => {
  const { files, disk } = memoryHost()
  await writeJournal(files, { command: 'join', finished: true, written: ['/etc/kubernetes/kubelet.conf'] })
  t.same(await readJournal(files), { command: 'join', finished: true, written: ['/etc/kubernetes/kubelet.conf'] })
  t.equal(disk.get(journalPath)?.mode, 0o600)
})

t.test('a journal that is missing, empty, torn or of something else is none', async t => {
  t.equal(await readJournal(memoryHost().files), undefined)
  for (const text of ['', '{"command":"in', 'null', '[]', '7', '{}', '{"command":"upgrade"}']) {
    t.equal(await readJournal(memoryHost({ files: { [journalPath]: text } }).files), undefined, text)
  }
})

t.test('only what says so is finished, and only paths were written', async t => {
  const read = async (journal: object) => await readJournal(memoryHost({ files: { [journalPath]: JSON.stringify(journal) } }).files)
  t.same(await read({ command: 'init' }), { command: 'init', finished: false, written: [] })
  t.same(await read({ command: 'init', finished: 'yes', written: 'x' }), { command: 'init', finished: false, written: [] })
  t.same(await read({ command: 'init', finished: true, written: ['/a', 7, null] }), { command: 'init', finished: true, written: ['/a'] })
})

t.test('each file that was written once, in the order of the first time, without the journal itself', async t => {
  const { hear, written } = journalist()
  const change = (action: 'write' | 'remove', path: string) => hear({ type: 'change', change: { kind: 'file', action, path }, rehearsed: false })
  for (const path of ['/b', journalPath, '/a', '/b']) change('write', path)
  change('remove', '/c')
  hear({ type: 'change', change: { kind: 'directory', action: 'create', path: '/d' }, rehearsed: false })
  hear({ type: 'note', text: 'x' })
  t.same(written(), ['/b', '/a'])
})

t.test('the step that begins one is hidden and says what began', async t => {
  const host = memoryHost()
  const step = beginJournal<{ readonly host: typeof host }>('init')
  t.equal(step.hidden, true)
  await step.run?.({ host })
  t.same(await readJournal(host.files), { command: 'init', finished: false, written: [] })
})
