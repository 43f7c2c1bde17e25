import { kubeconfigFor, kubeconfigToText } from '../cluster/kubeconfig.ts'
import type { ClusterConfiguration } from '../config/v1beta4.ts'
import type { Host } from '../host/host.ts'
import { authorityAlgorithm } from './algorithm.ts'
import { authorityExternal, authorityMissing } from './ensure.ts'
import { inspectAuthority } from './inspect.ts'
import { generateKey, privateKeyPem } from './keys.ts'
import { clusterAuthority } from './table.ts'
import { signCertificate, validityFrom } from './x509.ts'

export interface AdditionalUser {
  readonly name: string
  readonly organizations: readonly string[]
  /** Instead of a certificate. */
  readonly token?: string
  /** Milliseconds. */
  readonly validity: number
  /** https URL of the API server. */
  readonly server: string
  readonly clusterName: string
}

/** The text of a kubeconfig with a client certificate that the CA's key on this machine signs, without asking the cluster. */
export async function userKubeconfig(host: Host, cluster: ClusterConfiguration, user: AdditionalUser): Promise<string> {
  const store = { host, configuration: { cluster } }
  const { certificate, key: authorityKey } = await inspectAuthority(store, clusterAuthority)
  if (certificate === undefined) throw authorityMissing(store, clusterAuthority)
  const credential = async () => {
    if (user.token !== undefined) return { token: user.token }
    if (authorityKey === undefined) throw authorityExternal(store, clusterAuthority, 'No certificate can be signed')
    const key = await generateKey(await authorityAlgorithm(host.files, cluster))
    const subject = { commonName: user.name, organizations: user.organizations }
    return { cert: signCertificate(subject, ['client auth'], key, { certificate, key: authorityKey }, validityFrom(host.clock.now(), user.validity)), key: privateKeyPem(key) }
  }
  return kubeconfigToText(kubeconfigFor({ clusterName: user.clusterName, server: user.server, ca: certificate.toString(), user: user.name, credential: await credential() }))
}
