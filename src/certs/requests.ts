import { kubeconfigToText, type Kubeconfig } from '../cluster/kubeconfig.ts'
import type { ControlPlane } from '../config/v1beta4.ts'
import { Problem } from '../core/problem.ts'
import type { Host } from '../host/host.ts'
import { privateKeyPem, type KeySource } from './keys.ts'
import { kubeconfigPath, kubeconfigs, type KubeconfigRow } from './kubeconfigs.ts'
import { keyPath } from './store.ts'
import { certificatesFor } from './table.ts'
import { signingRequest } from './x509.ts'

interface RequestStore {
  readonly host: Host
  readonly configuration: ControlPlane
  readonly keys: KeySource
  readonly kubeconfigDirectory: string
}

interface Output {
  readonly path: string
  readonly content: string
}

/**
 * Keys with signing requests (PKCS#10) for all that an external CA has to sign, and kubeconfigs that lack only their
 * certificates. The paths of the requests. Problem `file-exists` before anything is written when one of the files is there.
 */
export async function makeSigningRequests(store: RequestStore): Promise<readonly string[]> {
  const { host, configuration, keys, kubeconfigDirectory } = store
  const { certificatesDir } = configuration.cluster
  const planned = [
    ...certificatesFor(configuration).filter(({ signer }) => signer !== undefined).map(row => {
      const [key, request] = [keyPath(certificatesDir, row.base), `${certificatesDir}/${row.base}.csr`]
      return { key, request, subject: row.subject(configuration), content: (pem: string) => pem }
    }),
    ...kubeconfigs.map(row => {
      const path = kubeconfigPath(row, kubeconfigDirectory)
      return { key: path, request: `${path}.csr`, subject: row.subject(configuration), content: (pem: string) => kubeconfigToText(unsigned(row, configuration, pem)) }
    }),
  ]
  const taken = (await Promise.all(planned.flatMap(({ key, request }) => [key, request]).map(async path => await host.files.status(path) === undefined ? [] : [path]))).flat()
  const [first, ...others] = taken
  if (first !== undefined) {
    throw new Problem('file-exists', `There already is ${first}${others.length === 0 ? '' : `, and ${others.length} more of the files`}.`, ['Keys are never overwritten: move them away, or choose other folders: --cert-dir DIR --kubeconfig-dir DIR'])
  }
  for (const { key: keyFile, request, subject, content } of planned) {
    const key = await keys.next()
    const outputs: readonly Output[] = [{ path: keyFile, content: content(privateKeyPem(key)) }, { path: request, content: signingRequest(subject, key) }]
    await host.files.writeTogether(outputs.map(output => ({ ...output, mode: 0o600 })))
  }
  return planned.map(({ request }) => request)
}

function unsigned(row: KubeconfigRow, configuration: ControlPlane, key: string): Kubeconfig {
  const { clusterName } = configuration.cluster
  const user = row.subject(configuration).commonName
  const context = `${user}@${clusterName}`
  return {
    apiVersion: 'v1',
    clusters: [{ name: clusterName, cluster: { server: row.server(configuration) } }],
    contexts: [{ name: context, context: { cluster: clusterName, user } }],
    'current-context': context,
    kind: 'Config',
    users: [{ name: user, user: { 'client-key-data': Buffer.from(key).toString('base64') } }],
  }
}
