import t from 'tap'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync, lstatSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Event } from '../../src/core/event.ts'
import { localFiles } from '../../src/host/local-files.ts'

const directory = mkdtempSync(join(tmpdir(), 'files-'))
const events: Event[] = []
const files = localFiles(event => { events.push(event) })

t.test('a file is written whole, with its mode whatever the umask, and no temporary file stays', async t => {
  const path = join(directory, 'deep/er/secret.key')
  for (const mask of [0o000, 0o077]) {
    const before = process.umask(mask)
    await files.write(path, `content ${mask}`, { mode: 0o640, directoryMode: 0o700 })
    process.umask(before)
    t.equal(readFileSync(path, 'utf8'), `content ${mask}`)
    t.equal(statSync(path).mode & 0o777, 0o640)
  }
  t.same(readdirSync(join(directory, 'deep/er')), ['secret.key'])
  t.match(events.at(-1), { type: 'change', change: { kind: 'file', action: 'write', path }, rehearsed: false })
})

t.test('directories on the way have their mode whatever the umask', async t => {
  const before = process.umask(0o077)
  await files.write(join(directory, 'open/wide/ca.crt'), 'x', { mode: 0o644 })
  await files.write(join(directory, 'closed/tight/ca.key'), 'x', { mode: 0o600, directoryMode: 0o700 })
  process.umask(before)
  t.same(['open', 'open/wide', 'closed', 'closed/tight'].map(name => statSync(join(directory, name)).mode & 0o777), [0o755, 0o755, 0o700, 0o700])
})

t.test('a symlink is replaced and what it points to is left alone', async t => {
  const victim = join(directory, 'victim')
  writeFileSync(victim, 'precious')
  const link = join(directory, 'admin.conf')
  symlinkSync(victim, link)
  await files.write(link, 'new', { mode: 0o600 })
  t.equal(readFileSync(victim, 'utf8'), 'precious')
  t.ok(lstatSync(link).isFile())
})

t.test('what a killed process left under the temporary name is taken over', async t => {
  writeFileSync(join(directory, '.ca.crt.kubeadm'), 'torn')
  await files.write(join(directory, 'ca.crt'), 'whole', { mode: 0o644 })
  t.equal(readFileSync(join(directory, 'ca.crt'), 'utf8'), 'whole')
  t.notOk(readdirSync(directory).includes('.ca.crt.kubeadm'))
})

t.test('files that belong together: all or none, and nothing stays of a try that failed', async t => {
  const pair = (key: string, certificate: string) => [
    { path: join(directory, 'pair/a.key'), content: key, mode: 0o600 }, { path: join(directory, 'pair/a.crt'), content: certificate, mode: 0o644 },
  ]
  await files.writeTogether(pair('k1', 'c1'))
  t.same(['a.key', 'a.crt'].map(name => statSync(join(directory, 'pair', name)).mode & 0o777), [0o600, 0o644])
  await files.makeDirectory(join(directory, 'pair/.a.crt.kubeadm/full'), 0o755)
  await t.rejects(files.writeTogether(pair('k2', 'c2')), { code: 'file-failed', message: /pair\/a\.crt/ })
  t.equal(readFileSync(join(directory, 'pair/a.key'), 'utf8'), 'k1')
  t.notOk(readdirSync(join(directory, 'pair')).includes('.a.key.kubeadm'))
})

t.test('a symlink is made, and points elsewhere at once', async t => {
  const link = join(directory, 'current')
  for (const target of ['one', 'two']) {
    writeFileSync(join(directory, target), target)
    await files.link(link, join(directory, target))
    t.equal(readFileSync(link, 'utf8'), target)
    t.ok(lstatSync(link).isSymbolicLink())
  }
})

t.test('a directory in the way is a problem that names it', async t => {
  await files.makeDirectory(join(directory, 'taken'), 0o700)
  await t.rejects(files.write(join(directory, 'taken'), 'x', { mode: 0o600 }), { code: 'file-failed', message: /taken: it is a directory/ })
})

t.test('a full disk names the path and leaves the old file as it was', async t => {
  const small = join(directory, 'small')
  await files.makeDirectory(small, 0o755)
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', small], { stdio: 'ignore' })
  } catch {
    return t.pass('mounting is not allowed here')
  }
  try {
    await files.write(join(small, 'manifest'), 'old', { mode: 0o600 })
    await t.rejects(files.write(join(small, 'manifest'), 'x'.repeat(100_000), { mode: 0o600 }), { message: /small\/manifest: no space is left/ })
    t.equal(readFileSync(join(small, 'manifest'), 'utf8'), 'old')
    t.same(readdirSync(small), ['manifest'])
  } finally {
    execFileSync('umount', [small])
  }
})

t.test('what is missing is undefined, empty or fine', async t => {
  const missing = join(directory, 'missing/file')
  t.equal(await files.read(missing), undefined)
  t.equal(await files.status(missing), undefined)
  t.same(await files.list(missing), [])
  await files.remove(missing)
})

t.test('removing takes along what a killed process left of writing, which may hold the same secrets', async t => {
  const path = join(directory, 'left', 'admin.conf')
  await files.write(path, 'whole', { mode: 0o600 })
  writeFileSync(join(directory, 'left', '.admin.conf.kubeadm'), 'ha')
  await files.remove(path)
  t.same(readdirSync(join(directory, 'left')), [])
  writeFileSync(join(directory, 'left', '.admin.conf.kubeadm'), 'ha')
  await files.remove(path)
  t.same(readdirSync(join(directory, 'left')), [], 'also when it had not come to the file itself')
  await files.write(path, 'a file', { mode: 0o600 })
  await t.resolves(files.remove(join(path, 'below')), 'below a file there is nothing')
})
