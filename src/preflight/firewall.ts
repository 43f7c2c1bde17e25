import type { Check } from './check.ts'

/** `needed` are the TCP ports that other machines reach this one at. */
export function firewalld(needed: readonly number[]): Check {
  return {
    name: 'Firewalld',
    run: async ({ host }) => {
      const { exists, active } = await host.services.status('firewalld')
      return !exists || !active ? [] : [{
        level: 'warning',
        message: `firewalld is active; see that it lets through the TCP ports ${needed.join(' and ')}.`,
        fix: [`firewall-cmd --permanent ${needed.map(port => `--add-port=${port}/tcp`).join(' ')} && firewall-cmd --reload`],
      }]
    },
  }
}
