import { milliseconds } from '../config/duration.ts'
import type { Argument, ControlPlane } from '../config/v1beta4.ts'
import type { Phase } from '../core/phase.ts'
import { waitFor } from '../core/wait.ts'
import type { Host } from '../host/host.ts'
import type { ControlPlaneContext } from './context.ts'
import { controlPlaneObserver } from './control-plane-failure.ts'
import { kubeletFailure } from './kubelet-failure.ts'

/** Looking closer (containers, the kubelet's service) costs more than asking a health endpoint: once in so many milliseconds. */
const closerLook = 1000

export const waitControlPlane: Phase<ControlPlaneContext> = {
  name: 'wait-control-plane',
  summary: 'Wait until the kubelet has started the control plane and all of it is healthy',
  run: async ({ configuration, host, emit }) => {
    const { name: node, criSocket } = configuration.nodeRegistration
    const runtime = host.containerRuntime(criSocket)
    const waiting = new Map(Object.entries(healthEndpoints(configuration)))
    const observe = controlPlaneObserver({ host, runtime, node, criSocket })
    let looked = host.clock.ticks()
    let seen = 'the kubelet starts'
    try {
      await waitFor({
        target: 'control plane',
        timeout: milliseconds(configuration.timeouts.controlPlaneComponentHealthCheck),
        interval: 150,
        clock: host.clock,
        emit,
        setting: 'timeouts.controlPlaneComponentHealthCheck',
        fix: ['journalctl -xeu kubelet', `crictl --runtime-endpoint ${criSocket} ps -a`],
      }, async () => {
        await Promise.all([...waiting].map(async ([component, url]) => {
          if (await healthy(host, url)) waiting.delete(component)
        }))
        if (waiting.size === 0) return { done: undefined }
        if (host.clock.ticks() - looked >= closerLook) {
          looked = host.clock.ticks()
          const failure = await kubeletFailure(host)
          if (failure !== undefined) throw failure
          const observation = await observe()
          if (observation.failure !== undefined) throw observation.failure
          seen = observation.seen
        }
        return { seen: `${seen}; not healthy yet: ${[...waiting.keys()].join(', ')}` }
      })
    } finally {
      runtime.close()
    }
  },
}

/** Component → URL that answers 200 when it is healthy, following what extraArgs change of it. */
export function healthEndpoints({ cluster, localAPIEndpoint }: ControlPlane): Readonly<Record<string, string>> {
  const { advertiseAddress, bindPort } = localAPIEndpoint
  const at = (args: readonly Argument[], path: string, address: string, port: string, addressFlag: string) => {
    const value = (name: string) => args.findLast(argument => argument.name === name)?.value
    const host = value(addressFlag) ?? address
    const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host
    return `https://${reachable.includes(':') ? `[${reachable}]` : reachable}:${value('secure-port') ?? port}${path}`
  }
  return {
    'kube-apiserver': at(cluster.apiServer.extraArgs, '/livez', advertiseAddress, String(bindPort), 'advertise-address'),
    'kube-controller-manager': at(cluster.controllerManager.extraArgs, '/healthz', '127.0.0.1', '10257', 'bind-address'),
    'kube-scheduler': at(cluster.scheduler.extraArgs, '/livez', '127.0.0.1', '10259', 'bind-address'),
  }
}

/** The certificate is not checked: nothing of the answer is used but that it is 200. */
async function healthy(host: Host, url: string): Promise<boolean> {
  try {
    return (await host.network.probe({ url, insecure: true, timeout: 5_000 })).status === 200
  } catch {
    return false
  }
}
