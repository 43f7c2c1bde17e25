import { boolean, data, duration, integer, list, map, number, object, string } from './schema.ts'

/**
 * KubeletConfiguration of kubelet.config.k8s.io/v1beta1, grouped by type. Lists of objects and what is nested deeper
 * are left to the kubelet to check. Source: what upstream's strict decoding of 1.36 accepts.
 */
export const kubeletConfiguration = object({
  authentication: object({
    anonymous: object({ enabled: boolean }),
    webhook: object({ enabled: boolean, cacheTTL: duration }),
    x509: object({ clientCAFile: string }),
  }),
  authorization: object({ mode: string, webhook: object({ cacheAuthorizedTTL: duration, cacheUnauthorizedTTL: duration }) }),
  crashLoopBackOff: object({ maxContainerRestartPeriod: duration }),
  memorySwap: object({ swapBehavior: string }),

  address: string, cgroupDriver: string, cgroupRoot: string, clusterDomain: string,
  configMapAndSecretChangeDetectionStrategy: string, containerLogMaxSize: string, containerRuntimeEndpoint:
  string, contentType: string, cpuManagerPolicy: string, hairpinMode: string, healthzBindAddress: string,
  imagePullCredentialsVerificationPolicy: string, imageServiceEndpoint: string, kubeReservedCgroup: string,
  kubeletCgroups: string, memoryManagerPolicy: string, memoryReservationPolicy: string, podCIDR: string,
  podLogsDir: string, providerID: string, reservedSystemCPUs: string, resolvConf: string,
  showHiddenMetricsForVersion: string, staticPodPath: string, staticPodURL: string, systemCgroups: string,
  systemReservedCgroup: string, tlsCertFile: string, tlsMinVersion: string, tlsPrivateKeyFile: string,
  topologyManagerPolicy: string, topologyManagerScope: string, volumePluginDir: string,

  cgroupsPerQOS: boolean, cpuCFSQuota: boolean, enableContentionProfiling: boolean,
  enableControllerAttachDetach: boolean, enableDebugFlagsHandler: boolean, enableDebuggingHandlers: boolean,
  enableProfilingHandler: boolean, enableServer: boolean, enableSystemLogHandler: boolean, enableSystemLogQuery:
  boolean, failCgroupV1: boolean, failSwapOn: boolean, kernelMemcgNotification: boolean,
  localStorageCapacityIsolation: boolean, makeIPTablesUtilChains: boolean, mergeDefaultEvictionSettings:
  boolean, protectKernelDefaults: boolean, registerNode: boolean, rotateCertificates: boolean, runOnce: boolean,
  seccompDefault: boolean, serializeImagePulls: boolean, serverTLSBootstrap: boolean, singleProcessOOMKill:
  boolean,

  containerLogMaxFiles: integer, containerLogMaxWorkers: integer, eventBurst: integer, eventRecordQPS: integer,
  evictionMaxPodGracePeriod: integer, healthzPort: integer, imageGCHighThresholdPercent: integer,
  imageGCLowThresholdPercent: integer, iptablesDropBit: integer, iptablesMasqueradeBit: integer, kubeAPIBurst:
  integer, kubeAPIQPS: integer, maxOpenFiles: integer, maxParallelImagePulls: integer, maxPods: integer,
  nodeLeaseDurationSeconds: integer, nodeStatusMaxImages: integer, oomScoreAdj: integer, podPidsLimit: integer,
  podsPerCore: integer, port: integer, readOnlyPort: integer, registryBurst: integer, registryPullQPS: integer,

  memoryThrottlingFactor: number,

  containerLogMonitorInterval: duration, cpuCFSQuotaPeriod: duration, cpuManagerReconcilePeriod: duration,
  evictionPressureTransitionPeriod: duration, fileCheckFrequency: duration, httpCheckFrequency: duration,
  imageMaximumGCAge: duration, imageMinimumGCAge: duration, nodeStatusReportFrequency: duration,
  nodeStatusUpdateFrequency: duration, runtimeRequestTimeout: duration, shutdownGracePeriod: duration,
  shutdownGracePeriodCriticalPods: duration, streamingConnectionIdleTimeout: duration, syncFrequency: duration,
  volumeStatsAggPeriod: duration,

  allowedUnsafeSysctls: list(string), clusterDNS: list(string), enforceNodeAllocatable: list(string),
  preloadedImagesVerificationAllowlist: list(string), tlsCipherSuites: list(string),

  tlsCurvePreferences: list(integer),

  cpuManagerPolicyOptions: map(string), evictionHard: map(string), evictionMinimumReclaim: map(string),
  evictionSoft: map(string), evictionSoftGracePeriod: map(string), kubeReserved: map(string), qosReserved:
  map(string), systemReserved: map(string), topologyManagerPolicyOptions: map(string),

  featureGates: map(boolean),

  logging: data, registerWithTaints: data, reservedMemory: data, shutdownGracePeriodByPodPriority: data,
  staticPodURLHeader: data, tracing: data, userNamespaces: data,
})

const rules = { masqueradeAll: boolean, masqueradeBit: integer, minSyncPeriod: duration, syncPeriod: duration }

/** KubeProxyConfiguration of kubeproxy.config.k8s.io/v1alpha1. Source: what upstream's strict decoding of 1.36 accepts. */
export const kubeProxyConfiguration = object({
  bindAddress: string,
  bindAddressHardFail: boolean,
  clientConnection: object({ acceptContentTypes: string, burst: integer, contentType: string, kubeconfig: string, qps: number }),
  clusterCIDR: string,
  configSyncPeriod: duration,
  conntrack: object({
    maxPerCore: integer, min: integer, tcpBeLiberal: boolean, tcpCloseWaitTimeout: duration, tcpEstablishedTimeout: duration,
    udpStreamTimeout: duration, udpTimeout: duration,
  }),
  detectLocal: object({ bridgeInterface: string, interfaceNamePrefix: string }),
  detectLocalMode: string,
  enableProfiling: boolean,
  featureGates: map(boolean),
  healthzBindAddress: string,
  hostnameOverride: string,
  iptables: object({ ...rules, localhostNodePorts: boolean }),
  ipvs: object({
    excludeCIDRs: list(string), minSyncPeriod: duration, scheduler: string, strictARP: boolean, syncPeriod: duration,
    tcpFinTimeout: duration, tcpTimeout: duration, udpTimeout: duration,
  }),
  logging: data,
  metricsBindAddress: string,
  mode: string,
  nftables: object(rules),
  nodePortAddresses: list(string),
  oomScoreAdj: integer,
  portRange: string,
  showHiddenMetricsForVersion: string,
  windowsRunAsService: boolean,
  winkernel: object({
    enableDSR: boolean, forwardHealthCheckVip: boolean, networkName: string, rootHnsEndpointName: string, sourceVip: string,
  }),
})
