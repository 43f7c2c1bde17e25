import t from 'tap'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { flock } from '../../src/host/local-lock.ts'

const path = join(mkdtempSync(join(tmpdir(), 'lock-')), 'kubeadm.lock')

t.test('a second one is refused and told who holds it; released, it is free', async t => {
  const release = await flock(path, 'kubeadm init (pid 1)')
  await t.rejects(flock(path, 'kubeadm join'), { code: 'already-running', message: /kubeadm init \(pid 1\)/ })
  release()
  for (let tries = 0; ; tries++) {
    try {
      (await flock(path, 'kubeadm join'))()
      return
    } catch (error) {
      if (tries > 50) throw error
      await sleep(20)
    }
  }
})

t.test('a holder that is killed frees it', async t => {
  const held = `${path}.killed`
  const source = `import { flock } from ${JSON.stringify(new URL('../../src/host/local-lock.ts', import.meta.url).href)}
    await flock(${JSON.stringify(held)}, 'other'); process.stdout.write('held'); setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  await t.rejects(flock(held, 'x'), { code: 'already-running' })
  child.kill('SIGKILL')
  await once(child, 'exit')
  for (let tries = 0; ; tries++) {
    try {
      (await flock(held, 'x'))()
      return t.pass('free again')
    } catch (error) {
      if (tries > 50) throw error
      await sleep(20)
    }
  }
})
