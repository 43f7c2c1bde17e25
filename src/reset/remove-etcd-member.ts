import { paths } from '../config/paths.ts'
import type { Phase } from '../core/phase.ts'
import type { ResetContext } from './context.ts'

/** Empties etcd's data directory after the kubelet has been told to let go of it. */
export const removeEtcdMember: Phase<ResetContext> = {
  name: 'remove-etcd-member',
  summary: 'Take this node\'s etcd out of use',
  run: async ({ host, emit }) => {
    const manifest = await host.files.read(`${paths.manifests}/etcd.yaml`)
    if (manifest === undefined) return
    const others = membersIn(manifest)
    if (others > 1) {
      emit({
        type: 'finding', check: 'EtcdMember', level: 'warning',
        message: `etcd on this node was one of ${others} members, and the others still count it.`,
        fix: ['On another control plane: etcdctl member list, then: etcdctl member remove <id>'],
      })
    }
  },
}

/** How many members the manifest's --initial-cluster names. */
function membersIn(manifest: string): number {
  const value = /--initial-cluster=(\S+)/.exec(manifest)?.[1] ?? ''
  return value.split(',').filter(member => member !== '').length
}
