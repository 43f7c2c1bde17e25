import { Problem } from '../core/problem.ts'
import { runtimeOf } from '../host/cri-sockets.ts'
import type { Check } from './check.ts'

export function containerRuntime(endpoint: string): Check {
  return {
    name: 'CRI',
    run: async facts => {
      const { ready, reason, runtimeName } = await facts.runtimeStatus(endpoint)
      const { service } = runtimeOf(endpoint)
      return ready ? [] : [{
        level: 'error',
        message: `The container runtime at ${endpoint} (${runtimeName}) says that it is not ready: ${reason || 'without a reason'}.`,
        fix: [`See why: journalctl -u ${service} -n 50`, `systemctl restart ${service}`],
      }]
    },
  }
}

/** From Kubernetes 1.37 on the kubelet asks the runtime for the cgroup driver, and has no answer of its own. */
export function containerRuntimeVersion(endpoint: string): Check {
  return {
    name: 'ContainerRuntimeVersion',
    run: async facts => {
      const status = await facts.runtimeStatus(endpoint).catch((error: unknown) => {
        // That it cannot be reached is said by the check before.
        if (error instanceof Problem) return undefined
        throw error
      })
      if (status === undefined || status.cgroupDriver !== undefined) return []
      return [{
        level: 'warning',
        message: `${status.runtimeName} ${status.runtimeVersion} does not tell its cgroup driver (CRI call RuntimeConfig); kubelets from 1.37 on need that.`,
        fix: ['Update it before Kubernetes 1.37: containerd to 2.0, CRI-O to 1.28, or newer.'],
      }]
    },
  }
}
