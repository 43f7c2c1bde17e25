import t from 'tap'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileDocuments } from '../../src/cli/configuration-file.ts'
import { localHost } from '../../src/host/local.ts'
import { memoryTerminal } from '../fixtures/terminal.ts'

const folder = mkdtempSync(join(tmpdir(), 'config-'))
t.teardown(() => rmSync(folder, { recursive: true, force: true }))
const host = localHost(() => {}, {})
const { terminal } = memoryTerminal({ absolute: path => path.startsWith('/') ? path : join(folder, path) })
const read = async (config: unknown) => await fileDocuments(host, { config }, terminal)

t.test('nothing when no file was named', async t => {
  t.same(await read(undefined), {})
})

t.test('a file by a relative name, and through a symlink', async t => {
  writeFileSync(join(folder, 'kubeadm.yaml'), 'apiVersion: kubeadm.k8s.io/v1beta4\nkind: InitConfiguration\nnodeRegistration:\n  name: shop-1\n')
  symlinkSync('kubeadm.yaml', join(folder, 'link.yaml'))
  for (const name of ['kubeadm.yaml', 'link.yaml']) t.match(await read(name), { documents: { init: { nodeRegistration: { name: 'shop-1' } } } })
})

t.test('what is not there, or no file, is refused at once: a pipe would never end', async t => {
  execFileSync('mkfifo', [join(folder, 'pipe')])
  for (const [name, says] of [['none.yaml', /There is no file none\.yaml\./], ['', /regular|no file/], ['pipe', /pipe is not a regular file/], ['/dev/zero', /not a regular file/], ['.', /not a regular file/]] as const) {
    await t.rejects(read(name), { code: 'configuration-unreadable', message: says, fix: [/--config FILE/] }, name)
  }
})

t.test('what is wrong in it is told with the name that was given, and its line', async t => {
  writeFileSync(join(folder, 'bad.yaml'), 'apiVersion: kubeadm.k8s.io/v1beta4\nkind: InitConfiguration\nnodeRegistration:\n  nmae: x\n')
  await t.rejects(read('bad.yaml'), { message: /bad\.yaml:4/ })
})
