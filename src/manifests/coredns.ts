import type { V1DeploymentSpec, V1PodSpec, V1ServiceSpec } from '@kubernetes/client-node'
import type { KubernetesObject } from '../cluster/cluster.ts'
import { serviceAddress } from '../config/ip.ts'
import type { ClusterConfiguration } from '../config/v1beta4.ts'
import { imagesOf } from '../config/versions.ts'
import { configMap } from './config-maps.ts'
import { clusterRole, clusterRoleBinding, serviceAccount } from './rbac.ts'

/** What of CoreDNS the cluster has already, and keeps. */
export interface ExistingCoreDns {
  readonly corefile?: string
  readonly replicas?: number
}

/** The label of CoreDNS, older than its name. */
const labels = { 'k8s-app': 'kube-dns' }

/** The cluster's DNS. A Corefile that exists is left alone, and so is the number of replicas. */
export function coreDns(cluster: ClusterConfiguration, existing: ExistingCoreDns = {}): readonly KubernetesObject[] {
  const watched = (apiGroup: string, ...resources: string[]) => ({ apiGroups: [apiGroup], resources, verbs: ['list', 'watch'] })
  const metadata = { name: 'coredns', namespace: 'kube-system' }
  return [
    ...existing.corefile === undefined ? [configMap('coredns', { Corefile: corefile(cluster.networking.dnsDomain) })] : [],
    clusterRole('system:coredns', [watched('', 'endpoints', 'services', 'pods', 'namespaces'), watched('discovery.k8s.io', 'endpointslices')]),
    clusterRoleBinding('system:coredns', 'system:coredns', [serviceAccount('coredns')]),
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { ...metadata, labels },
      spec: {
        replicas: existing.replicas ?? 2,
        strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1 } },
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: podSpec(imagesOf(cluster).coreDns) },
      } satisfies V1DeploymentSpec,
    },
    service(serviceAddress(cluster.networking.serviceSubnet, 10)),
  ]
}

function podSpec(image: string): V1PodSpec {
  return {
    serviceAccountName: 'coredns',
    priorityClassName: 'system-cluster-critical',
    // Its own resolver must not be the one it is.
    dnsPolicy: 'Default',
    nodeSelector: { 'kubernetes.io/os': 'linux' },
    tolerations: [
      { key: 'CriticalAddonsOnly', operator: 'Exists' },
      { key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' },
    ],
    affinity: {
      podAntiAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [{
          weight: 100,
          podAffinityTerm: {
            topologyKey: 'kubernetes.io/hostname',
            labelSelector: { matchExpressions: [{ key: 'k8s-app', operator: 'In', values: ['kube-dns'] }] },
          },
        }],
      },
    },
    containers: [{
      name: 'coredns',
      image,
      imagePullPolicy: 'IfNotPresent',
      args: ['-conf', '/etc/coredns/Corefile'],
      resources: { limits: { memory: '170Mi' }, requests: { cpu: '100m', memory: '70Mi' } },
      ports: [
        { name: 'dns', containerPort: 53, protocol: 'UDP' },
        { name: 'dns-tcp', containerPort: 53, protocol: 'TCP' },
        { name: 'metrics', containerPort: 9153, protocol: 'TCP' },
        { name: 'liveness-probe', containerPort: 8080, protocol: 'TCP' },
        { name: 'readiness-probe', containerPort: 8181, protocol: 'TCP' },
      ],
      livenessProbe: {
        httpGet: { path: '/health', port: 'liveness-probe', scheme: 'HTTP' },
        initialDelaySeconds: 60,
        timeoutSeconds: 5,
        successThreshold: 1,
        failureThreshold: 5,
      },
      readinessProbe: { httpGet: { path: '/ready', port: 'readiness-probe', scheme: 'HTTP' } },
      securityContext: {
        allowPrivilegeEscalation: false,
        capabilities: { add: ['NET_BIND_SERVICE'], drop: ['ALL'] },
        readOnlyRootFilesystem: true,
      },
      volumeMounts: [{ name: 'config-volume', mountPath: '/etc/coredns', readOnly: true }],
    }],
    volumes: [{ name: 'config-volume', configMap: { name: 'coredns', items: [{ key: 'Corefile', path: 'Corefile' }] } }],
  }
}

/** `clusterIP` is the address that every kubelet writes into its Pods' resolv.conf. */
function service(clusterIP: string): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: 'kube-dns',
      namespace: 'kube-system',
      labels: { ...labels, 'kubernetes.io/cluster-service': 'true', 'kubernetes.io/name': 'CoreDNS' },
      annotations: { 'prometheus.io/port': '9153', 'prometheus.io/scrape': 'true' },
    },
    spec: {
      clusterIP,
      ports: [
        { name: 'dns', port: 53, protocol: 'UDP', targetPort: 53 },
        { name: 'dns-tcp', port: 53, protocol: 'TCP', targetPort: 53 },
        { name: 'metrics', port: 9153, protocol: 'TCP', targetPort: 9153 },
      ],
      selector: labels,
    } satisfies V1ServiceSpec,
  }
}

/** A plugin of a Corefile with what follows its name, and the lines of its block. */
type Plugin = readonly [line: string, ...block: string[]]

/** Answers for the cluster's domain and its reverse zones, and forwards the rest to the node's resolver. */
export function corefile(domain: string): string {
  const reverse = 'in-addr.arpa ip6.arpa'
  const plugins: readonly Plugin[] = [
    ['errors'],
    ['health', 'lameduck 5s'],
    ['ready'],
    [`kubernetes ${domain} ${reverse}`, 'pods insecure', `fallthrough ${reverse}`, 'ttl 30'],
    ['prometheus :9153'],
    ['forward . /etc/resolv.conf', 'max_concurrent 1000'],
    ['cache 30', `disable success ${domain}`, `disable denial ${domain}`],
    ['loop'],
    ['reload'],
    ['loadbalance'],
  ]
  const lines = plugins.flatMap(([line, ...block]) =>
    block.length === 0 ? [line] : [`${line} {`, ...block.map(inner => `   ${inner}`), '}'])
  return `.:53 {\n${lines.map(line => `    ${line}\n`).join('')}}\n`
}
