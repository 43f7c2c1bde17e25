import { apiVersion } from '../config/v1beta4.ts'
import { podSubnet } from './context.ts'

/** What no container can satisfy: its kernel's configuration and modules are the host's, and so is swap. */
const ignorePreflightErrors = ['SystemVerification', 'Swap']

/**
 * The controllers make a client each, which at 20 requests a second takes 5 s, and ask again for their lease, which the
 * API server refuses them until it has made its roles, only after 2 to 4 s. Workers wait for both.
 */
const startQuickly = [
  { name: 'kube-api-qps', value: '200' },
  { name: 'kube-api-burst', value: '400' },
  { name: 'leader-elect-retry-period', value: '500ms' },
] as const

interface InitSettings {
  readonly kubernetesVersion: string
  /** Bootstrap token, secret. */
  readonly token: string
  /** No worker will come: the master is to run Pods. */
  readonly alone: boolean
  readonly cgroupV1: boolean
  /** Whether the controllers are to come up faster than their defaults let them. */
  readonly quick: boolean
}

/** The file for `kubeadm init --config`: JSON documents, which are YAML. */
export function initFile({ kubernetesVersion, token, alone, cgroupV1, quick }: InitSettings): string {
  return documents([
    {
      apiVersion,
      kind: 'InitConfiguration',
      bootstrapTokens: [{ token, description: 'for the nodes of this local cluster' }],
      nodeRegistration: { ignorePreflightErrors, ...(alone ? { taints: [] } : {}) },
    },
    {
      apiVersion,
      kind: 'ClusterConfiguration',
      kubernetesVersion,
      networking: { podSubnet },
      ...(quick ? { controllerManager: { extraArgs: startQuickly } } : {}),
    },
    {
      apiVersion: 'kubelet.config.k8s.io/v1beta1',
      kind: 'KubeletConfiguration',
      failSwapOn: false,
      // The disk is the host's: how full it is says nothing about this node, and nothing here could free it.
      imageGCHighThresholdPercent: 100,
      evictionHard: { 'nodefs.available': '0%', 'nodefs.inodesFree': '0%', 'imagefs.available': '0%' },
      ...(cgroupV1 ? { failCgroupV1: false, cgroupDriver: 'cgroupfs' } : {}),
    },
    // The limit is the whole kernel's, and a container may not set it.
    { apiVersion: 'kubeproxy.config.k8s.io/v1alpha1', kind: 'KubeProxyConfiguration', conntrack: { maxPerCore: 0 } },
  ])
}

interface JoinSettings {
  /** host:port */
  readonly apiServerEndpoint: string
  /** Bootstrap token, secret. */
  readonly token: string
  /** `sha256:<hex>` of the CA's public key. */
  readonly caCertHash: string
}

/** The file for `kubeadm join --config`. */
export function joinFile({ apiServerEndpoint, token, caCertHash }: JoinSettings): string {
  return documents([{
    apiVersion,
    kind: 'JoinConfiguration',
    discovery: { bootstrapToken: { apiServerEndpoint, token, caCertHashes: [caCertHash] } },
    nodeRegistration: { ignorePreflightErrors },
  }])
}

function documents(all: readonly object[]): string {
  return all.map(document => `${JSON.stringify(document, null, 2)}\n`).join('---\n')
}
