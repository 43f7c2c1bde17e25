import { createHash } from 'node:crypto'
import type { KubernetesObject } from '../cluster/cluster.ts'
import { controlPlaneUrl } from '../config/endpoint.ts'
import type { ComponentConfiguration, ControlPlane } from '../config/v1beta4.ts'
import { toYaml } from '../config/yaml.ts'
import { clusterConfigurationDocument } from './cluster-configuration.ts'
import { bootstrapTokens, configMapReaders, nodes } from './rbac.ts'

/** The ConfigMap with the cluster's configuration, for joining nodes and upgrades to read. */
export function kubeadmConfig(configuration: ControlPlane): readonly KubernetesObject[] {
  const { cluster } = configuration
  // Written with its port: another control plane may have another bindPort.
  const controlPlaneEndpoint = cluster.controlPlaneEndpoint && controlPlaneUrl(configuration).replace('https://', '')
  return [
    configMap('kubeadm-config', { ClusterConfiguration: toYaml(clusterConfigurationDocument({ ...cluster, controlPlaneEndpoint })) }),
    ...configMapReaders('kubeadm:nodes-kubeadm-config', 'kube-system', 'kubeadm-config', [bootstrapTokens, nodes]),
  ]
}

/** The ConfigMap with the configuration that all kubelets share. `generated`: no part of it is the operator's. */
export function kubeletConfigMap(kubelet: ComponentConfiguration, generated: boolean): readonly KubernetesObject[] {
  return [
    configMap('kubelet-config', { kubelet: toYaml(kubelet) }, { generated }),
    ...configMapReaders('kubeadm:kubelet-config', 'kube-system', 'kubelet-config', [nodes, bootstrapTokens]),
  ]
}

/**
 * A ConfigMap of kube-system. A `generated` one carries the hash of its data: an upgrade that finds the two agreeing
 * may make the configuration anew.
 */
export function configMap(
  name: string, data: Readonly<Record<string, string>>,
  { generated = false, labels }: { readonly generated?: boolean, readonly labels?: Readonly<Record<string, string>> } = {},
): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name,
      namespace: 'kube-system',
      ...labels && { labels },
      ...generated && { annotations: { 'kubeadm.kubernetes.io/component-config.hash': `sha256:${dataHash(data)}` } },
    },
    data,
  }
}

function dataHash(data: Readonly<Record<string, string>>): string {
  const hash = createHash('sha256')
  for (const key of Object.keys(data).toSorted()) hash.update(data[key] ?? '')
  return hash.digest('hex')
}
