import type { Check } from './check.ts'

export const isPrivilegedUser: Check = {
  name: 'IsPrivilegedUser',
  run: async ({ host }) => host.machine.user().uid === 0 ? [] : [{
    level: 'error',
    message: 'kubeadm must run as root.',
    fix: ['Run the same command with sudo in front.'],
  }],
}
