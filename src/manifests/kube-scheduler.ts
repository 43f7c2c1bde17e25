import { paths } from '../config/paths.ts'
import type { ControlPlane } from '../config/v1beta4.ts'
import { kubeconfigVolume, type HostFacts } from './host-facts.ts'
import { imagesOf } from '../config/versions.ts'
import { argument, byName, command, environment, probeHost, staticPod, type StaticPod } from './static-pod.ts'

const port = 10259

/** The scheduler of this node. */
export function kubeSchedulerPod({ cluster, timeouts }: ControlPlane, facts: HostFacts): StaticPod {
  const { extraArgs, extraEnvs, extraVolumes } = cluster.scheduler
  const kubeconfig = paths.schedulerConf
  const defaults = {
    'authentication-kubeconfig': kubeconfig,
    'authorization-kubeconfig': kubeconfig,
    'bind-address': '127.0.0.1',
    'kubeconfig': kubeconfig,
    'leader-elect': 'true',
  }
  return staticPod({
    name: 'kube-scheduler',
    image: imagesOf(cluster).scheduler,
    command: command('kube-scheduler', defaults, extraArgs),
    environment: environment(facts.proxies, extraEnvs),
    requests: { cpu: '100m' },
    probes: {
      liveness: '/livez',
      readiness: '/readyz',
      startup: '/livez',
      host: probeHost(argument(extraArgs, 'bind-address') ?? '127.0.0.1'),
      port,
      scheme: 'HTTPS',
      startupTimeout: timeouts.controlPlaneComponentHealthCheck,
    },
    volumes: byName([kubeconfigVolume(kubeconfig), ...extraVolumes]),
  })
}
