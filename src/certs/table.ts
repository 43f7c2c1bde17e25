import { formatAddress, parseAddress, serviceAddress, splitHostPort } from '../config/ip.ts'
import type { ControlPlane } from '../config/v1beta4.ts'
import type { Subject, Usage } from './x509.ts'

/** One certificate of a control plane. */
export interface CertificateRow {
  /** As in `init phase certs <name>`. */
  readonly name: string
  /** Path below certificatesDir, without `.crt` and `.key`. */
  readonly base: string
  /** What it is for, to follow "the". */
  readonly purpose: string
  /** The CA that signs it; a CA itself has none. */
  readonly signer?: CertificateRow
  readonly usages: readonly Usage[]
  /** Only needed when etcd runs on this node. */
  readonly localEtcd?: true
  readonly subject: (configuration: ControlPlane) => Subject
}

const named = (commonName: string) => (): Subject => ({ commonName })
const authority = (commonName: string) => (): Subject => ({ commonName, dnsNames: [commonName] })

const ca: CertificateRow = {
  name: 'ca', base: 'ca', purpose: 'CA that everything in Kubernetes is identified by', usages: [], subject: authority('kubernetes'),
}

const frontProxyCA: CertificateRow = {
  name: 'front-proxy-ca', base: 'front-proxy-ca', purpose: 'CA that identifies the front proxy', usages: [], subject: authority('front-proxy-ca'),
}

const etcdCA: CertificateRow = {
  name: 'etcd-ca', base: 'etcd/ca', purpose: 'CA that everything around etcd is identified by', usages: [], localEtcd: true, subject: authority('etcd-ca'),
}

/** All certificates, a CA before what it signs; the order is upstream's. */
export const certificates: readonly CertificateRow[] = [
  ca,
  {
    name: 'apiserver', base: 'apiserver', purpose: 'certificate that the API server serves with',
    signer: ca, usages: ['server auth'], subject: apiServer,
  },
  {
    name: 'apiserver-kubelet-client', base: 'apiserver-kubelet-client', purpose: 'certificate that the API server shows to kubelets',
    signer: ca, usages: ['client auth'], subject: named('kube-apiserver-kubelet-client'),
  },
  frontProxyCA,
  {
    name: 'front-proxy-client', base: 'front-proxy-client', purpose: 'certificate that the front proxy shows to extension API servers',
    signer: frontProxyCA, usages: ['client auth'], subject: named('front-proxy-client'),
  },
  etcdCA,
  {
    name: 'etcd-server', base: 'etcd/server', purpose: 'certificate that etcd serves with',
    signer: etcdCA, localEtcd: true, usages: ['server auth', 'client auth'],
    subject: configuration => etcdMember(configuration, configuration.cluster.etcd.local?.serverCertSANs),
  },
  {
    name: 'etcd-peer', base: 'etcd/peer', purpose: 'certificate that etcd members show to each other',
    signer: etcdCA, localEtcd: true, usages: ['server auth', 'client auth'],
    subject: configuration => etcdMember(configuration, configuration.cluster.etcd.local?.peerCertSANs),
  },
  {
    name: 'etcd-healthcheck-client', base: 'etcd/healthcheck-client', purpose: 'certificate that asks etcd for its health',
    signer: etcdCA, localEtcd: true, usages: ['client auth'], subject: named('kube-etcd-healthcheck-client'),
  },
  {
    name: 'apiserver-etcd-client', base: 'apiserver-etcd-client', purpose: 'certificate that the API server shows to etcd',
    signer: etcdCA, localEtcd: true, usages: ['client auth'], subject: named('kube-apiserver-etcd-client'),
  },
]

/** The row of the CA that everything in Kubernetes trusts. */
export const clusterAuthority: CertificateRow = ca

/** The rows that a configuration needs: with an external etcd, none of etcd's. */
export function certificatesFor({ cluster }: ControlPlane): readonly CertificateRow[] {
  return certificates.filter(row => row.localEtcd === undefined || cluster.etcd.local !== undefined)
}

function apiServer({ cluster, nodeRegistration, localAPIEndpoint }: ControlPlane): Subject {
  const { dnsDomain, serviceSubnet } = cluster.networking
  const endpoint = splitHostPort(cluster.controlPlaneEndpoint)
  const service = ['kubernetes', 'kubernetes.default', 'kubernetes.default.svc', `kubernetes.default.svc.${dnsDomain}`]
  return {
    commonName: 'kube-apiserver',
    ...sorted(
      nodeRegistration.name, ...service, serviceAddress(serviceSubnet, 1), localAPIEndpoint.advertiseAddress,
      ...endpoint === undefined ? [] : [endpoint.host], ...cluster.apiServer.certSANs),
  }
}

function etcdMember({ nodeRegistration, localAPIEndpoint }: ControlPlane, more: readonly string[] = []): Subject {
  return {
    commonName: nodeRegistration.name,
    ...sorted(nodeRegistration.name, 'localhost', localAPIEndpoint.advertiseAddress, '127.0.0.1', '::1', ...more),
  }
}

/** Names in the order of their bytes, addresses in the given one; each once. */
function sorted(...all: readonly string[]): { readonly dnsNames: readonly string[], readonly ipAddresses: readonly string[] } {
  const addresses = all.flatMap(name => parseAddress(name) ?? []).map(formatAddress)
  const names = all.filter(name => parseAddress(name) === undefined)
  return { dnsNames: [...new Set(names)].toSorted((one, other) => one < other ? -1 : 1), ipAddresses: [...new Set(addresses)] }
}
