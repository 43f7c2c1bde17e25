import type { Phase } from '../core/phase.ts'
import { Problem } from '../core/problem.ts'
import { cleanupNode } from './cleanup-node.ts'
import type { ResetContext } from './context.ts'
import { removeEtcdMember } from './remove-etcd-member.ts'

const preflight: Phase<ResetContext> = {
  name: 'preflight',
  summary: 'Check that the machine may be reset',
  aliases: ['pre-flight'],
  run: async ({ host }) => {
    if (host.machine.user().uid !== 0) {
      throw new Problem('not-root', 'Only root can reset a node.', ['sudo kubeadm reset'])
    }
  },
}

/** The whole of reset, in upstream's order and names. */
export const resetWorkflow: readonly Phase<ResetContext>[] = [preflight, removeEtcdMember, cleanupNode]
