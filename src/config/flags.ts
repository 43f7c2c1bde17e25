/** Flags that init, join and reset share; a flag that was not given is undefined and leaves the file's value alone. */
interface CommonFlags {
  readonly criSocket?: string
  readonly dryRun?: boolean
  readonly ignorePreflightErrors?: readonly string[]
  readonly skipPhases?: readonly string[]
}

export interface InitFlags extends CommonFlags {
  readonly apiserverAdvertiseAddress?: string
  readonly apiserverBindPort?: number
  readonly apiserverCertExtraSans?: readonly string[]
  readonly certDir?: string
  readonly controlPlaneEndpoint?: string
  /** `name=true,other=false` */
  readonly featureGates?: string
  readonly imageRepository?: string
  readonly kubernetesVersion?: string
  readonly nodeName?: string
  readonly podNetworkCidr?: string
  readonly serviceCidr?: string
  readonly serviceDnsDomain?: string
  readonly token?: string
  /** Go duration; `0` never expires. */
  readonly tokenTtl?: string
}

export interface JoinFlags extends CommonFlags {
  /** The argument: host, host:port or [IPv6]:port. */
  readonly endpoint?: string
  readonly apiserverAdvertiseAddress?: string
  readonly apiserverBindPort?: number
  readonly controlPlane?: boolean
  /** Path or https URL of a kubeconfig. */
  readonly discoveryFile?: string
  readonly discoveryToken?: string
  readonly discoveryTokenCaCertHash?: readonly string[]
  readonly discoveryTokenUnsafeSkipCaVerification?: boolean
  readonly nodeName?: string
  readonly tlsBootstrapToken?: string
  /** For discovery and TLS bootstrap alike, where they have none of their own. */
  readonly token?: string
}

export interface ResetFlags extends CommonFlags {
  readonly certDir?: string
  readonly cleanupTmpDir?: boolean
  readonly force?: boolean
}

/** The flags that set a field, by the field's path in its kind, the plainest last: where a value came from decides what a complaint points at. */
export const flagsOfField: Readonly<Record<string, readonly string[]>> = {
  'InitConfiguration.bootstrapTokens.0.token': ['token'],
  'InitConfiguration.bootstrapTokens.0.ttl': ['tokenTtl'],
  'InitConfiguration.localAPIEndpoint.advertiseAddress': ['apiserverAdvertiseAddress'],
  'InitConfiguration.localAPIEndpoint.bindPort': ['apiserverBindPort'],
  'InitConfiguration.nodeRegistration.name': ['nodeName'],
  'InitConfiguration.nodeRegistration.criSocket': ['criSocket'],
  'InitConfiguration.nodeRegistration.ignorePreflightErrors': ['ignorePreflightErrors'],
  'ClusterConfiguration.apiServer.certSANs': ['apiserverCertExtraSans'],
  'ClusterConfiguration.certificatesDir': ['certDir'],
  'ClusterConfiguration.controlPlaneEndpoint': ['controlPlaneEndpoint'],
  'ClusterConfiguration.featureGates': ['featureGates'],
  'ClusterConfiguration.imageRepository': ['imageRepository'],
  'ClusterConfiguration.kubernetesVersion': ['kubernetesVersion'],
  'ClusterConfiguration.networking.podSubnet': ['podNetworkCidr'],
  'ClusterConfiguration.networking.serviceSubnet': ['serviceCidr'],
  'ClusterConfiguration.networking.dnsDomain': ['serviceDnsDomain'],
  'JoinConfiguration.discovery.bootstrapToken.token': ['discoveryToken', 'token'],
  'JoinConfiguration.discovery.bootstrapToken.apiServerEndpoint': ['endpoint'],
  'JoinConfiguration.discovery.bootstrapToken.caCertHashes': ['discoveryTokenCaCertHash'],
  'JoinConfiguration.discovery.file.kubeConfigPath': ['discoveryFile'],
  'JoinConfiguration.discovery.tlsBootstrapToken': ['tlsBootstrapToken', 'token'],
  'JoinConfiguration.controlPlane.localAPIEndpoint.advertiseAddress': ['apiserverAdvertiseAddress'],
  'JoinConfiguration.controlPlane.localAPIEndpoint.bindPort': ['apiserverBindPort'],
  'JoinConfiguration.nodeRegistration.name': ['nodeName'],
  'JoinConfiguration.nodeRegistration.criSocket': ['criSocket'],
  'JoinConfiguration.nodeRegistration.ignorePreflightErrors': ['ignorePreflightErrors'],
  'ResetConfiguration.certificatesDir': ['certDir'],
  'ResetConfiguration.criSocket': ['criSocket'],
  'ResetConfiguration.ignorePreflightErrors': ['ignorePreflightErrors'],
}

/** `apiserverBindPort` → `--apiserver-bind-port`. */
export function flagName(flag: string): string {
  if (flag === 'endpoint') return 'the endpoint'
  return `--${flag.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)}`
}
