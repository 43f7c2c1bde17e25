/**
 * kubeadm.k8s.io/v1beta4 as it stands in memory: every default applied, every dynamic value (addresses, names, version,
 * token) fixed. Durations are Go duration strings, normalised ("24h0m0s"). Source: upstream's v1beta4 API reference.
 */
export const apiVersion = 'kubeadm.k8s.io/v1beta4'

export interface Argument {
  readonly name: string
  readonly value: string
}

export interface EnvironmentVariable {
  readonly name: string
  readonly value?: string
  readonly valueFrom?: Readonly<Record<string, unknown>>
}

export interface HostPathMount {
  readonly name: string
  readonly hostPath: string
  readonly mountPath: string
  readonly readOnly?: boolean
  readonly pathType?: string
}

export interface Taint {
  readonly key: string
  readonly value?: string
  readonly effect: 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute'
}

export interface BootstrapToken {
  /** `[a-z0-9]{6}.[a-z0-9]{16}` */
  readonly token: string
  readonly description?: string
  /** `0s` never expires. Absent when `expires` is given. */
  readonly ttl?: string
  /** RFC 3339. */
  readonly expires?: string
  readonly usages: readonly ('signing' | 'authentication')[]
  readonly groups: readonly string[]
}

export interface NodeRegistration {
  readonly name: string
  /** CRI endpoint with its scheme. */
  readonly criSocket: string
  readonly taints: readonly Taint[]
  readonly kubeletExtraArgs: readonly Argument[]
  readonly ignorePreflightErrors: readonly string[]
  readonly imagePullPolicy: 'Always' | 'IfNotPresent' | 'Never'
  readonly imagePullSerial: boolean
}

export interface LocalAPIEndpoint {
  readonly advertiseAddress: string
  readonly bindPort: number
}

export interface Timeouts {
  readonly controlPlaneComponentHealthCheck: string
  readonly kubeletHealthCheck: string
  readonly kubernetesAPICall: string
  readonly etcdAPICall: string
  readonly tlsBootstrap: string
  readonly discovery: string
  readonly upgradeManifests: string
}

export interface InitConfiguration {
  readonly bootstrapTokens: readonly BootstrapToken[]
  readonly dryRun: boolean
  readonly nodeRegistration: NodeRegistration
  readonly localAPIEndpoint: LocalAPIEndpoint
  readonly certificateKey?: string
  readonly skipPhases: readonly string[]
  readonly patches?: { readonly directory: string }
  readonly timeouts: Timeouts
}

export interface ControlPlaneComponent {
  readonly extraArgs: readonly Argument[]
  readonly extraVolumes: readonly HostPathMount[]
  readonly extraEnvs: readonly EnvironmentVariable[]
}

export interface LocalEtcd {
  readonly imageRepository?: string
  readonly imageTag?: string
  readonly dataDir: string
  readonly extraArgs: readonly Argument[]
  readonly extraEnvs: readonly EnvironmentVariable[]
  readonly serverCertSANs: readonly string[]
  readonly peerCertSANs: readonly string[]
}

export interface ExternalEtcd {
  readonly endpoints: readonly string[]
  readonly httpEndpoints: readonly string[]
  readonly caFile: string
  readonly certFile: string
  readonly keyFile: string
}

export type EncryptionAlgorithm = 'RSA-2048' | 'RSA-3072' | 'RSA-4096' | 'ECDSA-P256' | 'ECDSA-P384'

export interface ClusterConfiguration {
  readonly etcd: { readonly local: LocalEtcd, readonly external?: never } | { readonly external: ExternalEtcd, readonly local?: never }
  readonly networking: { readonly serviceSubnet: string, readonly podSubnet: string, readonly dnsDomain: string }
  /** With a leading `v`. */
  readonly kubernetesVersion: string
  /** host or host:port; empty when there is none. */
  readonly controlPlaneEndpoint: string
  readonly apiServer: ControlPlaneComponent & { readonly certSANs: readonly string[] }
  readonly controllerManager: ControlPlaneComponent
  readonly scheduler: ControlPlaneComponent
  readonly dns: { readonly imageRepository?: string, readonly imageTag?: string, readonly disabled: boolean }
  readonly proxy: { readonly disabled: boolean }
  readonly certificatesDir: string
  readonly imageRepository: string
  readonly featureGates: Readonly<Record<string, boolean>>
  readonly clusterName: string
  readonly encryptionAlgorithm: EncryptionAlgorithm
  readonly certificateValidityPeriod: string
  readonly caCertificateValidityPeriod: string
}

export interface TokenDiscovery {
  readonly token: string
  /** host:port */
  readonly apiServerEndpoint: string
  /** `sha256:<64 hex>`: RFC 7469 SubjectPublicKeyInfo pins. */
  readonly caCertHashes: readonly string[]
  readonly unsafeSkipCAVerification: boolean
}

export interface JoinConfiguration {
  readonly caCertPath: string
  readonly discovery: {
    readonly bootstrapToken?: TokenDiscovery
    readonly file?: { readonly kubeConfigPath: string }
    readonly tlsBootstrapToken: string
  }
  readonly dryRun: boolean
  readonly nodeRegistration: NodeRegistration
  readonly controlPlane?: { readonly localAPIEndpoint: LocalAPIEndpoint, readonly certificateKey?: string }
  readonly skipPhases: readonly string[]
  readonly patches?: { readonly directory: string }
  readonly timeouts: Timeouts
}

export interface ResetConfiguration {
  readonly certificatesDir: string
  readonly cleanupTmpDir: boolean
  readonly criSocket: string
  readonly dryRun: boolean
  readonly force: boolean
  readonly ignorePreflightErrors: readonly string[]
  readonly skipPhases: readonly string[]
  readonly unmountFlags: readonly string[]
  readonly timeouts: Timeouts
}

/** A component's own configuration: kept as data, because kubeadm only fills in what it needs and passes on the rest. */
export type ComponentConfiguration = { readonly [key: string]: unknown }

/** What a control plane is made from, at init and at a control-plane join alike. */
export interface ControlPlane {
  readonly cluster: ClusterConfiguration
  readonly nodeRegistration: NodeRegistration
  readonly localAPIEndpoint: LocalAPIEndpoint
  readonly timeouts: Timeouts
}

/** Everything init works from. */
export interface InitPlan extends ControlPlane {
  readonly init: InitConfiguration
  readonly kubelet: ComponentConfiguration
  readonly kubeProxy: ComponentConfiguration
  /** Component configurations that kubeadm made by itself and may therefore make anew at an upgrade. */
  readonly generated: { readonly kubelet: boolean, readonly kubeProxy: boolean }
}
