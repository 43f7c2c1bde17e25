import t from 'tap'
import type { Event } from '../../src/core/event.ts'
import type { CommandResult } from '../../src/host/host.ts'
import { systemdServices } from '../../src/host/local-services.ts'
import { memoryHost } from '../../src/host/memory.ts'

function services(result: Partial<CommandResult>) {
  const events: Event[] = []
  const host = memoryHost({ commands: { systemctl: result, journalctl: result } })
  return { made: systemdServices(event => { events.push(event) }, host.commands), events, ran: host.ran }
}
const shown = (properties: Record<string, string>) => ({ stdout: Object.entries(properties).map(([name, value]) => `${name}=${value}`).join('\n') })

t.test('a unit that runs, one that falls over again and again, one that is not there', async t => {
  t.same(await services(shown({ LoadState: 'loaded', UnitFileState: 'enabled', ActiveState: 'active', SubState: 'running', NRestarts: '0', Result: 'success' })).made.status('kubelet'),
    { exists: true, enabled: true, active: true, state: 'running', restarts: 0, result: 'success' })
  t.same(await services(shown({ LoadState: 'loaded', UnitFileState: 'disabled', ActiveState: 'activating', SubState: 'auto-restart', NRestarts: '7', Result: 'exit-code' })).made.status('kubelet'),
    { exists: true, enabled: false, active: true, state: 'auto-restart', restarts: 7, result: 'exit-code' })
  t.match(await services(shown({ LoadState: 'not-found', ActiveState: 'inactive', SubState: 'dead' })).made.status('x'), { exists: false, enabled: false, active: false, restarts: 0 })
})

t.test('a masked unit exists; enabled for this boot only is enabled', async t => {
  t.match(await services(shown({ LoadState: 'masked', UnitFileState: 'masked', ActiveState: 'inactive' })).made.status('x'), { exists: true, enabled: false })
  t.match(await services(shown({ LoadState: 'loaded', UnitFileState: 'enabled-runtime', ActiveState: 'failed', SubState: 'failed' })).made.status('x'), { enabled: true, active: false, state: 'failed' })
})

t.test('without systemd no unit exists', async t => {
  t.match(await services({ exitCode: 127, stderr: 'systemctl: not found' }).made.status('kubelet'), { exists: false, active: false, restarts: 0 })
})

t.test('an action is told when it has succeeded, and refused in systemd\'s words', async t => {
  const { made, events, ran } = services({})
  await made.restart('kubelet')
  t.same(ran, ['systemctl restart kubelet'])
  t.match(events, [{ type: 'change', change: { kind: 'service', action: 'restart', unit: 'kubelet' } }])

  const failing = services({ exitCode: 5, stderr: 'Failed to start kubelet.service: Unit kubelet.service not found.\nmore' })
  await t.rejects(failing.made.start('kubelet'), { code: 'service-failed', message: 'systemctl start kubelet failed: Failed to start kubelet.service: Unit kubelet.service not found.', fix: ['systemctl status kubelet', 'journalctl -xeu kubelet'] })
  t.same(failing.events, [])
})

t.test('the journal\'s last lines, without empty ones', async t => {
  const { made, ran } = services({ stdout: 'one\n\ntwo' })
  t.same(await made.journal('kubelet', 40), ['one', 'two'])
  t.match(ran[0], /--unit kubelet --lines 40/)
  t.same(await services({ exitCode: 127 }).made.journal('kubelet', 40), [])
})
