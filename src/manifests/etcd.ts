import { joinHostPort } from '../config/ip.ts'
import type { ControlPlane, LocalEtcd } from '../config/v1beta4.ts'
import { imagesOf } from '../config/versions.ts'
import { argument, command, environment, loopback, staticPod, type StaticPod } from './static-pod.ts'

const clientPort = 2379
const peerPort = 2380
const metricsPort = 2381

/** A first etcd member on this node; undefined when etcd is external. */
export function etcdPod({ cluster, nodeRegistration, localAPIEndpoint, timeouts }: ControlPlane): StaticPod | undefined {
  const { etcd: { local: etcd } } = cluster
  const image = imagesOf(cluster).etcd
  if (etcd === undefined || image === undefined) return undefined
  const pki = `${cluster.certificatesDir}/etcd`
  const address = localAPIEndpoint.advertiseAddress
  const loop = loopback(address)
  const clientUrl = `https://${joinHostPort(address, clientPort)}`
  const peerUrl = `https://${joinHostPort(address, peerPort)}`
  const metricsUrl = `http://${joinHostPort(loop, metricsPort)}`
  const defaults = {
    'advertise-client-urls': clientUrl,
    'cert-file': `${pki}/server.crt`,
    'client-cert-auth': 'true',
    'data-dir': etcd.dataDir,
    'feature-gates': 'InitialCorruptCheck=true',
    'initial-advertise-peer-urls': peerUrl,
    'initial-cluster': `${nodeRegistration.name}=${peerUrl}`,
    'key-file': `${pki}/server.key`,
    'listen-client-urls': `https://${joinHostPort(loop, clientPort)},${clientUrl}`,
    'listen-metrics-urls': metricsUrl,
    'listen-peer-urls': peerUrl,
    'name': nodeRegistration.name,
    'peer-cert-file': `${pki}/peer.crt`,
    'peer-client-cert-auth': 'true',
    'peer-key-file': `${pki}/peer.key`,
    'peer-trusted-ca-file': `${pki}/ca.crt`,
    'snapshot-count': '10000',
    'trusted-ca-file': `${pki}/ca.crt`,
    'watch-progress-notify-interval': '5s',
  }
  return staticPod({
    name: 'etcd',
    image,
    annotations: { 'kubeadm.kubernetes.io/etcd.advertise-client-urls': clientUrl },
    command: command('etcd', defaults, etcd.extraArgs),
    environment: environment(etcd.extraEnvs),
    requests: { cpu: '100m', memory: '100Mi' },
    probes: {
      liveness: '/livez',
      readiness: '/readyz',
      startup: '/readyz',
      ...metricsEndpoint(argument(etcd.extraArgs, 'listen-metrics-urls') ?? metricsUrl),
      startupTimeout: timeouts.controlPlaneComponentHealthCheck,
    },
    volumes: [
      { name: 'etcd-data', hostPath: etcd.dataDir, mountPath: etcd.dataDir, pathType: 'DirectoryOrCreate' },
      { name: 'etcd-certs', hostPath: pki, mountPath: pki, pathType: 'DirectoryOrCreate' },
    ],
  })
}

/** Where etcd serves its health: the first of the comma-separated URLs. */
function metricsEndpoint(urls: string): { host: string, port: number, scheme: 'HTTP' | 'HTTPS' } {
  const { protocol, hostname, port } = new URL(urls.split(',')[0] ?? urls)
  return {
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? metricsPort : Number(port),
    scheme: protocol === 'https:' ? 'HTTPS' : 'HTTP',
  }
}

/** Where this node's API server finds the etcd member beside it. */
export function localEtcdUrl({ localAPIEndpoint }: ControlPlane, etcd: LocalEtcd): string {
  return argument(etcd.extraArgs, 'advertise-client-urls') ??
    `https://${joinHostPort(loopback(localAPIEndpoint.advertiseAddress), clientPort)}`
}
