import { clusterConfiguration } from './cluster-defaults.ts'
import { complaintsProblem } from './complaint.ts'
import { decodeFields } from './decode-value.ts'
import type { ClusterDocument, Configured } from './documents.ts'
import { deepFreeze } from './freeze.ts'
import { placeAt } from './source.ts'
import { apiVersion, type ClusterConfiguration } from './v1beta4.ts'
import { clusterConfiguration as type } from './v1beta4-schema.ts'
import { newestVersion } from './versions.ts'
import { readYaml } from './yaml-reader.ts'

/**
 * The configuration that a cluster keeps in its ConfigMap kubeadm-config, ours or upstream's. A field we do not know is
 * left out with a note: a newer program may have written it. Throws a Problem when it is no ClusterConfiguration at all.
 */
export function storedClusterConfiguration(text: string): Configured<ClusterConfiguration> {
  const source = { file: 'ConfigMap kube-system/kubeadm-config', text }
  const [node] = readYaml(source)
  const notes: string[] = []
  const decoded = node?.kind === 'mapping'
    ? decodeFields(node, type, 'ClusterConfiguration', (offset, what) => notes.push(`${source.file}, line ${placeAt(source, offset).line}: ${what}`), ['apiVersion', 'kind'])
    : undefined
  const version = node?.kind === 'mapping' ? node.entries.find(entry => entry.key === 'apiVersion')?.value : undefined
  if (decoded === undefined || version?.kind !== 'scalar' || version.value !== apiVersion) {
    throw complaintsProblem([{
      what: `${source.file} holds no ClusterConfiguration of ${apiVersion}.`, code: 'cluster-configuration-unreadable',
      fix: 'Look at it on a master: kubectl -n kube-system get configmap kubeadm-config -o yaml',
    }])
  }
  const document: ClusterDocument = decoded
  return { configuration: deepFreeze(clusterConfiguration(document, {}, document.kubernetesVersion ?? newestVersion)), notes }
}
