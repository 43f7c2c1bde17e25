import { boolean, choice, data, duration, integer, list, map, object, string, time, unsupported } from './schema.ts'

const args = list(object({ name: string, value: string }))
const envs = list(object({ name: string, value: string, valueFrom: data }))
const patches = object({ directory: unsupported('patches of static Pods and of the kubelet\'s configuration') })
const certificateKey = unsupported('copying certificates to further control-plane nodes')
const localAPIEndpoint = object({ advertiseAddress: string, bindPort: integer })

const nodeRegistration = object({
  name: string,
  criSocket: string,
  taints: list(object({
    key: string, value: string, effect: choice('NoSchedule', 'PreferNoSchedule', 'NoExecute'),
    timeAdded: unsupported('the time of a taint'),
  }, 'key', 'effect')),
  kubeletExtraArgs: args,
  ignorePreflightErrors: list(string),
  imagePullPolicy: choice('Always', 'IfNotPresent', 'Never'),
  imagePullSerial: boolean,
})

const timeouts = object({
  controlPlaneComponentHealthCheck: duration,
  kubeletHealthCheck: duration,
  kubernetesAPICall: duration,
  etcdAPICall: duration,
  tlsBootstrap: duration,
  discovery: duration,
  upgradeManifests: duration,
})

const component = {
  extraArgs: args,
  extraVolumes: list(object({
    name: string, hostPath: string, mountPath: string, readOnly: boolean,
    pathType: choice('DirectoryOrCreate', 'Directory', 'FileOrCreate', 'File', 'Socket', 'CharDevice', 'BlockDevice'),
  })),
  extraEnvs: envs,
}

/** InitConfiguration of kubeadm.k8s.io/v1beta4, as written in a file. */
export const initConfiguration = object({
  bootstrapTokens: list(object({
    token: string, description: string, ttl: duration, expires: time, usages: list(choice('signing', 'authentication')), groups: list(string),
  })),
  dryRun: boolean,
  nodeRegistration,
  localAPIEndpoint,
  certificateKey,
  skipPhases: list(string),
  patches,
  timeouts,
})

/** ClusterConfiguration of kubeadm.k8s.io/v1beta4. */
export const clusterConfiguration = object({
  etcd: object({
    local: object({
      imageRepository: string, imageTag: string, dataDir: string, extraArgs: args, extraEnvs: envs,
      serverCertSANs: list(string), peerCertSANs: list(string),
    }),
    external: object({
      endpoints: list(string), httpEndpoints: list(string), caFile: string, certFile: string, keyFile: string,
    }),
  }),
  networking: object({ serviceSubnet: string, podSubnet: string, dnsDomain: string }),
  kubernetesVersion: string,
  controlPlaneEndpoint: string,
  apiServer: object({ ...component, certSANs: list(string) }),
  controllerManager: object(component),
  scheduler: object(component),
  dns: object({ imageRepository: string, imageTag: string, disabled: boolean }),
  proxy: object({ disabled: boolean }),
  certificatesDir: string,
  imageRepository: string,
  featureGates: map(boolean),
  clusterName: string,
  encryptionAlgorithm: choice('RSA-2048', 'RSA-3072', 'RSA-4096', 'ECDSA-P256', 'ECDSA-P384'),
  certificateValidityPeriod: duration,
  caCertificateValidityPeriod: duration,
})

/** JoinConfiguration of kubeadm.k8s.io/v1beta4. */
export const joinConfiguration = object({
  caCertPath: string,
  discovery: object({
    bootstrapToken: object({ token: string, apiServerEndpoint: string, caCertHashes: list(string), unsafeSkipCAVerification: boolean }),
    file: object({ kubeConfigPath: string }),
    tlsBootstrapToken: string,
  }),
  dryRun: boolean,
  nodeRegistration,
  controlPlane: object({ localAPIEndpoint, certificateKey }),
  skipPhases: list(string),
  patches,
  timeouts,
})

/** ResetConfiguration of kubeadm.k8s.io/v1beta4. */
export const resetConfiguration = object({
  certificatesDir: string,
  cleanupTmpDir: boolean,
  criSocket: string,
  dryRun: boolean,
  force: boolean,
  ignorePreflightErrors: list(string),
  skipPhases: list(string),
  unmountFlags: list(choice('MNT_FORCE', 'MNT_DETACH', 'MNT_EXPIRE', 'UMOUNT_NOFOLLOW')),
  timeouts,
})
