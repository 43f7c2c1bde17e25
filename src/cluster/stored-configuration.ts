import { clusterConfiguration } from '../config/cluster-defaults.ts'
import { storedClusterConfiguration } from '../config/cluster-configuration.ts'
import { documentNotes, type Documents } from '../config/documents.ts'
import type { ClusterConfiguration } from '../config/v1beta4.ts'
import { newestVersion } from '../config/versions.ts'
import { messageOf, Problem } from '../core/problem.ts'
import type { Host } from '../host/host.ts'
import { connectionFrom } from './access.ts'

/** A cluster's configuration, and where it was found. */
export interface FoundConfiguration {
  readonly cluster: ClusterConfiguration
  /** To follow "from": `cluster.yaml`, `ConfigMap kube-system/kubeadm-config`, `the defaults`. */
  readonly source: string
  readonly notes: readonly string[]
  /** Why the cluster did not tell it; only with the defaults. */
  readonly unread?: string
}

interface Search {
  /** What --config named. */
  readonly documents?: Documents
  /** What wins over everything: --cert-dir. */
  readonly certDir?: string
  /** Absolute path of an administrator's kubeconfig. */
  readonly kubeconfig: string
  /** As in "kubeadm certs renew". */
  readonly command: string
}

/** Milliseconds: what can do without the cluster does not wait long for it. */
const patience = 5_000

const configMap = 'ConfigMap kube-system/kubeadm-config'

/** The configuration in a file, else the one that the cluster keeps, else the defaults: it never fails because the cluster is down. */
export async function findConfiguration({ documents, certDir, kubeconfig, command }: Search, host: Host): Promise<FoundConfiguration> {
  const flags = certDir === undefined ? {} : { certDir }
  if (documents !== undefined) {
    return {
      cluster: clusterConfiguration(documents.cluster, flags, documents.cluster?.kubernetesVersion ?? newestVersion),
      source: documents.file ?? '--config',
      notes: documentNotes(documents, command, ['cluster', 'init']),
    }
  }
  try {
    const { configuration, notes } = storedClusterConfiguration(await storedText(host, kubeconfig))
    return { cluster: certDir === undefined ? configuration : { ...configuration, certificatesDir: certDir }, source: configMap, notes }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return { cluster: clusterConfiguration({}, flags, newestVersion), source: 'the defaults', notes: [], unread: messageOf(error) }
  }
}

async function storedText(host: Host, kubeconfig: string): Promise<string> {
  const { server, ca, cert, key, token } = await connectionFrom(host, kubeconfig)
  const { status, body } = await host.network.fetch({
    url: `${server}/api/v1/namespaces/kube-system/configmaps/kubeadm-config`, ca, timeout: patience,
    ...cert !== undefined && { cert }, ...key !== undefined && { key }, ...token !== undefined && { headers: { authorization: `Bearer ${token}` } },
  })
  const text = status === 200 ? clusterConfigurationIn(body) : undefined
  if (text !== undefined) return text
  throw new Problem('cluster-configuration-unreadable', status === 401
    ? `${server} does not accept the credentials in ${kubeconfig}: they have expired, or are another cluster's.`
    : `${server} answers ${status} when it is asked for ${configMap}.`, [`kubectl --kubeconfig ${kubeconfig} -n kube-system get configmap kubeadm-config`])
}

function clusterConfigurationIn(body: string): string | undefined {
  try {
    const { data } = JSON.parse(body) as { readonly data?: { readonly ClusterConfiguration?: unknown } }
    return typeof data?.ClusterConfiguration === 'string' ? data.ClusterConfiguration : undefined
  } catch {
    return undefined
  }
}
