import { generateKey, privateKeyPem } from '../certs/keys.ts'
import { parseCertificates } from '../certs/store.ts'
import { signingRequest } from '../certs/x509.ts'
import { readKubeconfig } from '../cluster/access.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { connectionOf, currentAccess, kubeconfigFor, kubeconfigToText } from '../cluster/kubeconfig.ts'
import type { Emit } from '../core/event.ts'
import { Problem } from '../core/problem.ts'
import type { Host } from '../host/host.ts'
import { bind, describeGrant, grantsFor, type Wishes } from './grants.ts'
import { certificateLifetime } from './lifetime.ts'
import { checkUserName } from './name.ts'
import { requestCertificate } from './request-certificate.ts'

export interface UserRequest {
  readonly name: string
  readonly options: Wishes & {
    /** `8h` or `30d`; a year unless given. */
    readonly expires?: string
  }
  /** Path of the administrator's kubeconfig: the user's one gets its cluster from there. */
  readonly kubeconfig: string
  /** Milliseconds for the signer to answer. */
  readonly timeout: number
  readonly cluster: Cluster
  readonly host: Host
  readonly emit: Emit
}

export interface CreatedUser {
  /** Text of the user's kubeconfig. It holds the private key: write it with mode 0600. */
  readonly kubeconfig: string
  /** What the user may do, in words: `everything`, `what the Role editor allows in the namespace shop`. */
  readonly rights: readonly string[]
  /** The end of the certificate that was issued; the cluster may have shortened it. */
  readonly expires: Date
}

/**
 * A user of a cluster: a key that is made here and stands nowhere but in the kubeconfig, a certificate signed by the cluster,
 * and bindings. The same user again gets a new certificate and exactly the rights of the last call.
 */
export async function createUser({ name, options, kubeconfig, timeout, cluster, host, emit }: UserRequest): Promise<CreatedUser> {
  checkUserName(name)
  const lifetimeSeconds = certificateLifetime(options.expires)
  const { clusterName, server, ca } = await clusterOf(host, kubeconfig)
  emit({ type: 'phase', phase: 'ready', status: 'start' })
  await cluster.request('look whether the cluster serves', async ({ core }) => await core.getAPIResources())
  emit({ type: 'phase', phase: 'request', status: 'start' })
  const [grants, key] = await Promise.all([grantsFor(cluster, options), generateKey('ECDSA-P256')])

  const object = `kubeadm-user-${host.random.text(10, 'abcdefghijklmnopqrstuvwxyz0123456789')}`
  const cert = await requestCertificate(cluster, host.clock, emit, {
    name: object, request: signingRequest({ commonName: name }, key), lifetimeSeconds, timeout,
  })
  const [certificate] = parseCertificates(cert, `The certificate of the request ${object}`)
  if (!certificate.checkPrivateKey(key)) {
    throw new Problem('certificate-foreign', 'The cluster signed another key than the one that was asked for.', ['See who signs: kubectl get csr', 'Run the command again.'])
  }
  await bind(cluster, name, grants, certificate.validToDate)
  return {
    kubeconfig: kubeconfigToText(kubeconfigFor({ clusterName, server, ca, user: name, credential: { cert, key: privateKeyPem(key) } })),
    rights: grants.map(describeGrant),
    expires: certificate.validToDate,
  }
}

async function clusterOf(host: Host, path: string): Promise<{ clusterName: string, server: string, ca: string }> {
  const parsed = await readKubeconfig(host, path)
  const { server, ca } = await connectionOf(parsed, path, host.files.read)
  return { clusterName: currentAccess(parsed, path).cluster.name, server, ca }
}
