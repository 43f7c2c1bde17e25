import { isRecord } from '../core/record.ts'
import { parseAddress, serviceAddress } from './ip.ts'
import { paths } from './paths.ts'
import type { ClusterConfiguration, ComponentConfiguration } from './v1beta4.ts'

type Data = { readonly [key: string]: unknown }

/** A component's configuration as its ConfigMap and file hold it. */
export interface Completed {
  readonly configuration: ComponentConfiguration
  /** False when the user gave a document: it is theirs, and an upgrade may not make it anew. */
  readonly generated: boolean
  readonly notes: readonly string[]
}

// What upstream's encoder writes for fields that nobody set: durations and structs have no "absent" there.
const zeroLogging = {
  flushFrequency: 0, options: { json: { infoBufferSize: '0' }, text: { infoBufferSize: '0' } }, verbosity: 0,
}

const zeroKubelet = {
  apiVersion: 'kubelet.config.k8s.io/v1beta1',
  kind: 'KubeletConfiguration',
  authentication: { anonymous: {}, webhook: { cacheTTL: '0s' }, x509: {} },
  authorization: { webhook: { cacheAuthorizedTTL: '0s', cacheUnauthorizedTTL: '0s' } },
  containerRuntimeEndpoint: '',
  cpuManagerReconcilePeriod: '0s',
  crashLoopBackOff: {},
  evictionPressureTransitionPeriod: '0s',
  fileCheckFrequency: '0s',
  httpCheckFrequency: '0s',
  imageMaximumGCAge: '0s',
  imageMinimumGCAge: '0s',
  logging: zeroLogging,
  memorySwap: {},
  nodeStatusReportFrequency: '0s',
  nodeStatusUpdateFrequency: '0s',
  runtimeRequestTimeout: '0s',
  shutdownGracePeriod: '0s',
  shutdownGracePeriodCriticalPods: '0s',
  streamingConnectionIdleTimeout: '0s',
  syncFrequency: '0s',
  volumeStatsAggPeriod: '0s',
}

const zeroKubeProxy = {
  apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
  kind: 'KubeProxyConfiguration',
  bindAddress: '',
  bindAddressHardFail: false,
  clientConnection: { acceptContentTypes: '', burst: 0, contentType: '', kubeconfig: '', qps: 0 },
  clusterCIDR: '',
  configSyncPeriod: '0s',
  conntrack: {
    maxPerCore: null, min: null, tcpBeLiberal: false, tcpCloseWaitTimeout: null, tcpEstablishedTimeout: null,
    udpStreamTimeout: '0s', udpTimeout: '0s',
  },
  detectLocal: { bridgeInterface: '', interfaceNamePrefix: '' },
  detectLocalMode: '',
  enableProfiling: false,
  healthzBindAddress: '',
  hostnameOverride: '',
  iptables: { localhostNodePorts: null, masqueradeAll: false, masqueradeBit: null, minSyncPeriod: '0s', syncPeriod: '0s' },
  ipvs: {
    excludeCIDRs: null, minSyncPeriod: '0s', scheduler: '', strictARP: false, syncPeriod: '0s', tcpFinTimeout: '0s',
    tcpTimeout: '0s', udpTimeout: '0s',
  },
  logging: zeroLogging,
  metricsBindAddress: '',
  mode: '',
  nftables: { masqueradeAll: false, masqueradeBit: null, minSyncPeriod: '0s', syncPeriod: '0s' },
  nodePortAddresses: null,
  oomScoreAdj: null,
  portRange: '',
  showHiddenMetricsForVersion: '',
  winkernel: { enableDSR: false, forwardHealthCheckVip: false, networkName: '', rootHnsEndpointName: '', sourceVip: '' },
}

/** The kubelets' shared configuration: the user's document, with what a kubeadm cluster needs where it says nothing. */
export function completeKubelet(
  document: ComponentConfiguration | undefined, cluster: ClusterConfiguration, resolvedActive: boolean,
): Completed {
  const recommended = {
    staticPodPath: paths.manifests,
    clusterDNS: [serviceAddress(cluster.networking.serviceSubnet, 10)],
    clusterDomain: cluster.networking.dnsDomain,
    authentication: {
      anonymous: { enabled: false }, webhook: { enabled: true }, x509: { clientCAFile: `${cluster.certificatesDir}/ca.crt` },
    },
    authorization: { mode: 'Webhook' },
    healthzBindAddress: '127.0.0.1',
    healthzPort: 10248,
    cgroupDriver: 'systemd',
    ...resolvedActive && { resolvConf: '/run/systemd/resolve/resolv.conf' },
  }
  const given = document ?? {}
  return {
    configuration: { ...layer(zeroKubelet, recommended, given), rotateCertificates: true },
    generated: document === undefined,
    notes: [
      ...differences('KubeletConfiguration', { ...recommended, cgroupDriver: undefined, resolvConf: undefined }, given),
      ...given['rotateCertificates'] === false
        ? ['KubeletConfiguration: rotateCertificates is set to true, because nodes would lose their certificates without it.'] : [],
    ],
  }
}

/** kube-proxy's configuration, made the same way. */
export function completeKubeProxy(
  document: ComponentConfiguration | undefined, cluster: ClusterConfiguration, advertiseAddress: string,
): Completed {
  const { podSubnet } = cluster.networking
  const recommended = {
    bindAddress: parseAddress(advertiseAddress)?.family === 6 ? '::' : '0.0.0.0',
    clientConnection: { kubeconfig: '/var/lib/kube-proxy/kubeconfig.conf' },
    ...podSubnet !== '' && { clusterCIDR: podSubnet },
  }
  const given = document ?? {}
  return {
    configuration: layer(zeroKubeProxy, recommended, given),
    generated: document === undefined,
    notes: differences('KubeProxyConfiguration', recommended, given),
  }
}

/** Objects merged, later ones over earlier ones; an empty text, list or null in a later one leaves the earlier value. */
function layer(...layers: readonly Data[]): Data {
  const result: Record<string, unknown> = {}
  for (const data of layers) {
    for (const [key, value] of Object.entries(data)) {
      const below = result[key]
      if (isRecord(value)) result[key] = layer(isRecord(below) ? below : {}, value)
      else if (below === undefined || !isEmpty(value)) result[key] = value
    }
  }
  return result
}

function differences(prefix: string, recommended: Data, given: Data): readonly string[] {
  return Object.entries(recommended).flatMap(([key, value]) => {
    const other = given[key]
    if (value === undefined || isEmpty(other)) return []
    if (isRecord(value) && isRecord(other)) return differences(`${prefix}.${key}`, value, other)
    return JSON.stringify(value) === JSON.stringify(other) ? []
      : [`${prefix}.${key} is ${JSON.stringify(other)}; ${JSON.stringify(value)} is recommended.`]
  })
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
}
