import type { Phase } from '../core/phase.ts'
import type { ResetContext } from './context.ts'
import { localEtcd } from './local-etcd.ts'

/** Says what the other members of etcd have to be told; the data go with the rest of the node. */
export const removeEtcdMember: Phase<ResetContext> = {
  name: 'remove-etcd-member',
  summary: 'Take this node\'s etcd out of use',
  run: async ({ host, emit }) => {
    const members = (await localEtcd(host))?.members ?? 0
    if (members < 2) return
    emit({
      type: 'finding', check: 'EtcdMember', level: 'warning',
      message: `etcd on this node was one of ${members} members, and the others still count it.`,
      fix: ['On another control plane: etcdctl member list, then: etcdctl member remove <id>'],
    })
  },
}
