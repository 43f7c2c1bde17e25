import type { V1Node, V1Taint } from '@kubernetes/client-node'
import { ifPresent } from '../cluster/if-present.ts'
import { milliseconds } from '../config/duration.ts'
import { paths } from '../config/paths.ts'
import type { Taint } from '../config/v1beta4.ts'
import type { Phase } from '../core/phase.ts'
import { waitFor, type Look } from '../core/wait.ts'
import type { InitContext } from './context.ts'

const labels = ['node-role.kubernetes.io/control-plane', 'node.kubernetes.io/exclude-from-external-load-balancers'] as const

export const markControlPlane: Phase<InitContext> = {
  name: 'mark-control-plane',
  summary: 'Label and taint this node as a control plane',
  run: async ({ configuration, host, emit, cluster }) => {
    const { name, taints } = configuration.nodeRegistration
    const look = async (): Promise<Look<undefined>> =>
      await ifPresent(cluster.request(`mark node ${name}`, async ({ core }): Promise<Look<undefined>> => {
        const node = await core.readNode({ name })
        if (node.metadata?.labels?.['kubernetes.io/hostname'] === undefined) return { seen: 'the kubelet has not filled it in yet' }
        const patch = marking(node, taints)
        if (patch.length > 0) await core.patchNode({ name, body: patch })
        return { done: undefined }
      })) ?? { seen: 'the kubelet has not registered it yet' }

    // The first answer may have to wait for the API server's start, which is not the node's time.
    if ('done' in await look()) return
    await waitFor({
      target: `Node ${name}`,
      timeout: milliseconds(configuration.timeouts.kubernetesAPICall),
      interval: 250,
      clock: host.clock,
      emit,
      setting: 'timeouts.kubernetesAPICall',
      fix: ['journalctl -xeu kubelet', `kubectl --kubeconfig ${paths.adminConf} get node ${name}`],
    }, look)
  },
}

/**
 * The JSON patch (RFC 6902) that marks a node, empty when it is marked already. Everything else that it carries stays;
 * the version makes the API server refuse (409) when somebody changed the node in between, and the request looks again.
 */
export function marking(node: V1Node, wanted: readonly Taint[]): readonly object[] {
  const missingLabels = labels.filter(label => node.metadata?.labels?.[label] !== '')
  const taints: readonly V1Taint[] = node.spec?.taints ?? []
  const missingTaints = wanted.filter(({ key, effect }) => !taints.some(taint => taint.key === key && taint.effect === effect))
  if (missingLabels.length === 0 && missingTaints.length === 0) return []
  return [
    { op: 'replace', path: '/metadata/resourceVersion', value: node.metadata?.resourceVersion },
    ...missingLabels.map(label => ({ op: 'add', path: `/metadata/labels/${label.replaceAll('/', '~1')}`, value: '' })),
    ...missingTaints.length > 0 ? [{ op: 'add', path: '/spec/taints', value: [...taints, ...missingTaints] }] : [],
  ]
}
