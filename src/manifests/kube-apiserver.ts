import { posix } from 'node:path'
import { joinHostPort } from '../config/ip.ts'
import type { ControlPlane, ExternalEtcd, HostPathMount } from '../config/v1beta4.ts'
import { localEtcdUrl } from './etcd.ts'
import { certificateVolumes, optionalCADirectories, readOnlyFolder, type HostFacts } from './host-facts.ts'
import { imagesOf } from '../config/versions.ts'
import { argument, byName, command, environment, probeHost, staticPod, type StaticPod } from './static-pod.ts'

/** The API server of this node. */
export function kubeApiserverPod(configuration: ControlPlane, facts: HostFacts): StaticPod {
  const { cluster, localAPIEndpoint: { advertiseAddress, bindPort }, timeouts } = configuration
  const { extraArgs, extraEnvs, extraVolumes } = cluster.apiServer
  const pki = cluster.certificatesDir
  const defaults = {
    'advertise-address': advertiseAddress,
    'allow-privileged': 'true',
    // The API server refuses the two together.
    ...argument(extraArgs, 'authorization-config') === undefined && { 'authorization-mode': 'Node,RBAC' },
    'client-ca-file': `${pki}/ca.crt`,
    'enable-admission-plugins': 'NodeRestriction',
    'enable-bootstrap-token-auth': 'true',
    ...etcdFlags(configuration),
    'kubelet-client-certificate': `${pki}/apiserver-kubelet-client.crt`,
    'kubelet-client-key': `${pki}/apiserver-kubelet-client.key`,
    'kubelet-preferred-address-types': 'InternalIP,ExternalIP,Hostname',
    'proxy-client-cert-file': `${pki}/front-proxy-client.crt`,
    'proxy-client-key-file': `${pki}/front-proxy-client.key`,
    'requestheader-allowed-names': 'front-proxy-client',
    'requestheader-client-ca-file': `${pki}/front-proxy-ca.crt`,
    'requestheader-extra-headers-prefix': 'X-Remote-Extra-',
    'requestheader-group-headers': 'X-Remote-Group',
    'requestheader-username-headers': 'X-Remote-User',
    'secure-port': String(bindPort),
    'service-account-issuer': `https://kubernetes.default.svc.${cluster.networking.dnsDomain}`,
    'service-account-key-file': `${pki}/sa.pub`,
    'service-account-signing-key-file': `${pki}/sa.key`,
    'service-cluster-ip-range': cluster.networking.serviceSubnet,
    'tls-cert-file': `${pki}/apiserver.crt`,
    'tls-private-key-file': `${pki}/apiserver.key`,
  }
  return staticPod({
    name: 'kube-apiserver',
    image: imagesOf(cluster).apiServer,
    annotations: {
      'kubeadm.kubernetes.io/kube-apiserver.advertise-address.endpoint': joinHostPort(advertiseAddress, bindPort),
    },
    command: command('kube-apiserver', defaults, extraArgs),
    environment: environment(facts.proxies, extraEnvs),
    requests: { cpu: '250m' },
    probes: {
      liveness: '/livez',
      readiness: '/readyz',
      startup: '/livez',
      host: probeHost(advertiseAddress),
      port: bindPort,
      scheme: 'HTTPS',
      startupTimeout: timeouts.controlPlaneComponentHealthCheck,
    },
    volumes: byName([
      ...certificateVolumes(pki, facts),
      ...cluster.etcd.external === undefined ? [] : externalEtcdVolumes(cluster.etcd.external, pki),
      ...extraVolumes,
    ]),
  })
}

function etcdFlags(configuration: ControlPlane): Readonly<Record<string, string>> {
  const { certificatesDir: pki, etcd } = configuration.cluster
  if (etcd.external === undefined) {
    return {
      'etcd-cafile': `${pki}/etcd/ca.crt`,
      'etcd-certfile': `${pki}/apiserver-etcd-client.crt`,
      'etcd-keyfile': `${pki}/apiserver-etcd-client.key`,
      'etcd-servers': localEtcdUrl(configuration, etcd.local),
    }
  }
  const { endpoints, caFile, certFile, keyFile } = etcd.external
  return {
    'etcd-servers': endpoints.join(','),
    ...caFile !== '' && { 'etcd-cafile': caFile },
    ...certFile !== '' && keyFile !== '' && { 'etcd-certfile': certFile, 'etcd-keyfile': keyFile },
  }
}

/** The folders of the external etcd's certificates that no other volume brings; none lies within another. */
function externalEtcdVolumes({ caFile, certFile, keyFile }: ExternalEtcd, pki: string): readonly HostPathMount[] {
  const mounted = ['/etc/ssl/certs', pki, ...optionalCADirectories]
  const within = (path: string, folder: string) => path === folder || path.startsWith(`${folder}/`)
  const folders = [...new Set([caFile, certFile, keyFile].filter(file => file !== '').map(file => posix.dirname(file)))]
    .filter(folder => !mounted.some(other => within(folder, other)))
  return folders
    .filter(folder => !folders.some(other => other !== folder && within(folder, other)))
    .toSorted()
    .map((folder, index) => readOnlyFolder(`etcd-certs-${index}`, folder))
}
