import type { Emit } from '../core/event.ts'
import { Problem } from '../core/problem.ts'
import type { Commands, Services } from './host.ts'

/** systemd's units, through systemctl and journalctl. */
export function systemdServices(emit: Emit, commands: Commands): Services {
  const act = (action: 'start' | 'stop' | 'restart' | 'enable') => async (unit: string) => {
    const result = await commands.query('systemctl', [action, unit])
    if (result.exitCode !== 0) {
      throw new Problem('service-failed', `systemctl ${action} ${unit} failed: ${result.stderr.split('\n')[0] ?? ''}`,
        [`systemctl status ${unit}`, `journalctl -xeu ${unit}`])
    }
    emit({ type: 'change', change: { kind: 'service', action, unit }, rehearsed: false })
  }
  return {
    status: async unit => {
      const shown = await commands.query('systemctl',
        ['show', unit, '--property=LoadState,UnitFileState,ActiveState,SubState,NRestarts,Result'])
      const property = new Map(shown.stdout.split('\n').map(line => line.split('=', 2) as [string, string]))
      return {
        exists: (property.get('LoadState') ?? 'not-found') !== 'not-found',
        enabled: property.get('UnitFileState')?.startsWith('enabled') === true,
        active: ['active', 'activating', 'reloading'].includes(property.get('ActiveState') ?? ''),
        state: property.get('SubState') ?? '',
        restarts: Number(property.get('NRestarts') ?? 0),
        result: property.get('Result') ?? '',
      }
    },
    start: act('start'),
    stop: act('stop'),
    restart: act('restart'),
    enable: act('enable'),
    journal: async (unit, lines) => {
      const result = await commands.query('journalctl', ['--unit', unit, '--lines', String(lines), '--output=cat', '--no-pager', '--quiet'])
      return result.stdout.split('\n').filter(line => line !== '')
    },
  }
}
