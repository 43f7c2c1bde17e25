import { paths } from '../config/paths.ts'
import type { ControlPlane } from '../config/v1beta4.ts'
import { certificateVolumes, kubeconfigVolume, type HostFacts } from './host-facts.ts'
import { imagesOf } from '../config/versions.ts'
import { argument, byName, command, environment, probeHost, staticPod, type StaticPod } from './static-pod.ts'

const port = 10257

/** The controller manager of this node. */
export function kubeControllerManagerPod({ cluster, timeouts }: ControlPlane, facts: HostFacts): StaticPod {
  const { extraArgs, extraEnvs, extraVolumes } = cluster.controllerManager
  const { podSubnet, serviceSubnet } = cluster.networking
  const pki = cluster.certificatesDir
  const kubeconfig = paths.controllerManagerConf
  const defaults = {
    'authentication-kubeconfig': kubeconfig,
    'authorization-kubeconfig': kubeconfig,
    'bind-address': '127.0.0.1',
    'client-ca-file': `${pki}/ca.crt`,
    ...cluster.clusterName !== '' && { 'cluster-name': cluster.clusterName },
    // With an external CA nothing here can sign.
    'cluster-signing-cert-file': facts.externalCA ? '' : `${pki}/ca.crt`,
    'cluster-signing-key-file': facts.externalCA ? '' : `${pki}/ca.key`,
    'controllers': '*,bootstrapsigner,tokencleaner',
    'kubeconfig': kubeconfig,
    'leader-elect': 'true',
    'requestheader-client-ca-file': `${pki}/front-proxy-ca.crt`,
    'root-ca-file': `${pki}/ca.crt`,
    'service-account-private-key-file': `${pki}/sa.key`,
    'use-service-account-credentials': 'true',
    ...podSubnet !== '' && { 'allocate-node-cidrs': 'true', 'cluster-cidr': podSubnet },
    ...podSubnet !== '' && serviceSubnet !== '' && { 'service-cluster-ip-range': serviceSubnet },
  }
  return staticPod({
    name: 'kube-controller-manager',
    image: imagesOf(cluster).controllerManager,
    command: command('kube-controller-manager', defaults, extraArgs),
    environment: environment(facts.proxies, extraEnvs),
    requests: { cpu: '200m' },
    probes: {
      liveness: '/healthz',
      startup: '/healthz',
      host: probeHost(argument(extraArgs, 'bind-address') ?? '127.0.0.1'),
      port,
      scheme: 'HTTPS',
      startupTimeout: timeouts.controlPlaneComponentHealthCheck,
    },
    volumes: byName([...certificateVolumes(pki, facts), kubeconfigVolume(kubeconfig), ...extraVolumes]),
  })
}
