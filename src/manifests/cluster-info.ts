import type { KubernetesObject } from '../cluster/cluster.ts'
import { toYaml } from '../config/yaml.ts'
import { configMapReaders, user } from './rbac.ts'

/** What cluster-info says to everybody: where the API server is, and which CA to trust. `ca` is a PEM bundle, `server` an https URL. */
export function clusterInfoKubeconfig(server: string, ca: string): string {
  return toYaml({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: '', cluster: { server, 'certificate-authority-data': Buffer.from(ca).toString('base64') } }],
    contexts: null,
    'current-context': '',
    users: null,
  })
}

/** The ConfigMap cluster-info with its signatures, by token id, and the right of everybody to read it. */
export function clusterInfo(kubeconfig: string, signatures: Readonly<Record<string, string>>): readonly KubernetesObject[] {
  const signed = Object.fromEntries(Object.entries(signatures).map(([id, signature]) => [signatureKey(id), signature]))
  return [
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'cluster-info', namespace: 'kube-public' },
      data: { kubeconfig, ...signed },
    },
    ...configMapReaders('kubeadm:bootstrap-signer-clusterinfo', 'kube-public', 'cluster-info', [user('system:anonymous')]),
  ]
}

const prefix = 'jws-kubeconfig-'

/** The key of cluster-info under which the signature by a token stands. */
export function signatureKey(tokenId: string): string {
  return `${prefix}${tokenId}`
}

/** The signatures in the data of cluster-info, by token id. */
export function signaturesOf(data: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(data).filter(([key]) => key.startsWith(prefix))
    .map(([key, signature]) => [key.slice(prefix.length), signature]))
}
