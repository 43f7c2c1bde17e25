import { allDone } from '../core/all-done.ts'
import type { Phase } from '../core/phase.ts'
import { checkJoin } from '../preflight/join.ts'
import type { JoinContext } from './context.ts'

/** Everything that can be refused is refused here: the machine is checked and the cluster looked up, side by side. */
export const preflight: Phase<JoinContext> = {
  name: 'preflight',
  summary: 'Check the machine, and find the cluster',
  run: async ({ configuration, host, emit, resuming, target }) => {
    // Whether cgroup v1 or swap are in order is the kubelets' configuration to say; a cluster that is not found says nothing.
    const kubelet = async () => await target().then(found => found.kubelet, () => ({}))
    await allDone([checkJoin(configuration, host, resuming, emit, kubelet), target()])
  },
}
