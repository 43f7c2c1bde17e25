import t from 'tap'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { main } from '../../src/cli/main.ts'
import { memoryTerminal } from '../fixtures/terminal.ts'

const folder = mkdtempSync(join(tmpdir(), 'user-'))
t.teardown(() => rmSync(folder, { recursive: true, force: true }))

async function refused(...argv: readonly string[]) {
  const { terminal, errors } = memoryTerminal({ absolute: path => path.startsWith('/') ? path : join(folder, path) })
  t.equal(await main(['user', 'create', ...argv, '--kubeconfig', '/none/admin.conf'], terminal), 1, argv.join(' '))
  t.same(readdirSync(folder), [])
  return errors()
}

t.test('a place where the kubeconfig cannot be put is refused before a certificate is made', async t => {
  for (const place of ['', '.', folder]) t.match(await refused('bob', `--output=${place}`), /-o needs the name of a file/)
})

t.test('without an administrator\'s kubeconfig it says where there is one', async t => {
  t.match(await refused('bob'), /There is no kubeconfig \/none\/admin\.conf[\s\S]*--kubeconfig FILE/)
})

t.test('a name is needed', async t => {
  t.match(await refused(), /error: /)
})
