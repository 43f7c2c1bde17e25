import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import t from 'tap'
import { memoryHost } from '../../src/host/memory.ts'
import { certs } from '../../src/phases/certs.ts'
import { kubeconfig } from '../../src/phases/kubeconfig.ts'
import { planOf } from '../fixtures/init-plan.ts'
import { pkiFacts } from '../fixtures/pki-facts.ts'
import { runPhases } from '../fixtures/run-phase.ts'

// scripts/golden-pki.ts wrote what upstream makes of these configurations. There is no difference that is left on purpose.
const golden = join(import.meta.dirname, '..', 'golden', 'pki')

for (const file of readdirSync(join(golden, 'configurations'))) {
  t.test(`${file}: certificates, keys and kubeconfigs are upstream's`, async t => {
    const configuration = planOf(readFileSync(join(golden, 'configurations', file), 'utf8'))
    const host = memoryHost()
    await runPhases([certs, kubeconfig], host, configuration)
    const made = new Map([...host.disk].filter(([, { kind }]) => kind === 'file')
      .map(([path, { content: text, mode }]) => [path.replace('/etc/kubernetes/', ''), { text, mode }]))
    t.strictSame(pkiFacts(made), JSON.parse(readFileSync(join(golden, `${basename(file, '.yaml')}.json`), 'utf8')))
  })
}
