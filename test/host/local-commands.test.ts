import t from 'tap'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Event } from '../../src/core/event.ts'
import { localCommands } from '../../src/host/local-commands.ts'

const events: Event[] = []
const commands = localCommands(event => { events.push(event) }, { HOME: '/home/a', PATH: '/evil', NODE_OPTIONS: '--require evil', LANG: 'tr_TR.UTF-8' })
const folder = mkdtempSync(join(tmpdir(), 'commands-'))
t.teardown(() => rmSync(folder, { recursive: true, force: true }))

t.test('a program\'s output, both streams, and its exit code are a result, not a failure', async t => {
  t.same(await commands.query('sh', ['-c', 'echo out; echo err >&2; exit 3']), { exitCode: 3, stdout: 'out', stderr: 'err' })
})

t.test('nothing of the caller\'s environment gets through but its home', async t => {
  const { stdout } = await commands.query('env', [])
  t.same(stdout.split('\n').filter(line => !/^(_|PWD|SHLVL)=/.test(line)).toSorted(), ['HOME=/home/a', 'LC_ALL=C', 'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'])
  t.match((await commands.query('env', [], { env: { KUBECACHEDIR: '/run/x' } })).stdout, /^KUBECACHEDIR=\/run\/x$/m)
})

t.test('no shell looks at the arguments', async t => {
  t.equal((await commands.query('printf', ['%s', '$(id) `id` ; * "'])).stdout, '$(id) `id` ; * "')
})

t.test('what is sent to standard input; without anything there it is at its end', async t => {
  t.equal((await commands.query('cat', [], { input: 'x' })).stdout, 'x')
  t.equal((await commands.query('cat', [])).stdout, '')
})

t.test('a program that is not there is exit code 127, one that may not run says why', async t => {
  t.same(await commands.query('no-such-program', []), { exitCode: 127, stdout: '', stderr: 'no-such-program: not found' })
  const path = join(folder, 'locked')
  writeFileSync(path, '#!/bin/sh\n')
  chmodSync(path, 0o600)
  t.match(await commands.query(path, []), { exitCode: 128, stderr: /EACCES/ })
})

t.test('one that does not end is ended, and named with how to run it by hand', async t => {
  await t.rejects(commands.query('sleep', ['60'], { timeout: 50 }), { code: 'command-timed-out', message: /^sleep 60 did not end within 0\.05 s/, fix: [/sleep 60$/] })
})

t.test('a signal is no success', async t => {
  t.match(await commands.query('sh', ['-c', 'kill -9 $$']), { exitCode: 128, stderr: /SIGKILL/ })
})

t.test('the directory that we were called in need not be there', async t => {
  const before = process.cwd()
  t.teardown(() => process.chdir(before))
  const gone = mkdtempSync(join(folder, 'gone-'))
  process.chdir(gone)
  rmSync(gone, { recursive: true })
  t.equal((await commands.query('pwd', [])).stdout, '/')
})

t.test('only changes are told', async t => {
  events.length = 0
  await commands.query('true', [])
  await commands.change('true', ['--', 'x'])
  t.same(events, [{ type: 'change', change: { kind: 'command', command: 'true -- x' }, rehearsed: false }])
})

t.test('programs are found where they are looked for when run, not by the caller\'s PATH', async t => {
  t.match(await commands.find('sh'), /^\/(usr\/)?bin\/sh$/)
  t.equal(await commands.find('/bin/sh'), '/bin/sh')
  t.equal(await commands.find('no-such-program'), undefined)
  t.equal(await commands.find(join(folder, 'locked')), undefined)
})
