import { signatureKey } from '../manifests/cluster-info.ts'
import { isAlreadyExists } from '../cluster/api-server.ts'
import type { Cluster } from '../cluster/cluster.ts'
import { ifPresent } from '../cluster/if-present.ts'
import type { BootstrapToken } from '../config/v1beta4.ts'
import { Problem } from '../core/problem.ts'
import { secretName, tokenRecord, tokenSecret, tokenSecretType, type TokenRecord } from './secret.ts'
import { isTokenId, parseToken, sign, type Token } from './token.ts'

const namespace = 'kube-system'
const clusterInfo = { name: 'cluster-info', namespace: 'kube-public' }

/** Makes a token known to the cluster and signs cluster-info with it. Problem `token-exists` when its id is taken. */
export async function createToken(cluster: Cluster, token: BootstrapToken, now: Date): Promise<void> {
  const { id, secret } = parseToken(token.token)
  const body = tokenSecret(token, now)
  await cluster.request(`create token ${id}`, async ({ core }) => {
    try {
      await core.createNamespacedSecret({ namespace, body })
    } catch (error) {
      if (!isAlreadyExists(error)) throw error
      throw new Problem('token-exists', `There is a token with the id ${id} already.`,
        [`Delete it first: kubeadm token delete ${id}`, 'Or leave the token out to get a new one: kubeadm token create'])
    }
  })
  if (token.usages.includes('signing')) await signClusterInfo(cluster, { id, secret })
}

/** The controller would sign too, but some seconds later; a node may join at once. Without cluster-info there is nothing to sign. */
async function signClusterInfo(cluster: Cluster, token: Token): Promise<void> {
  await ifPresent(cluster.request('sign cluster-info', async ({ core }) => {
    const { data, metadata } = await core.readNamespacedConfigMap(clusterInfo)
    const kubeconfig = data?.['kubeconfig']
    if (kubeconfig === undefined) return
    await core.patchNamespacedConfigMap({
      ...clusterInfo,
      body: [
        { op: 'replace', path: '/metadata/resourceVersion', value: metadata?.resourceVersion },
        { op: 'add', path: `/data/${signatureKey(token.id)}`, value: sign(kubeconfig, token) },
      ],
    })
  }))
}

/** The cluster's tokens, the one that expires first at the front. */
export async function listTokens(cluster: Cluster): Promise<readonly TokenRecord[]> {
  const { items } = await cluster.request('list tokens', async ({ core }) =>
    await core.listNamespacedSecret({ namespace, fieldSelector: `type=${tokenSecretType}` }))
  const end = ({ expires }: TokenRecord) => expires?.getTime() ?? Infinity
  return items.map(tokenRecord).filter(record => record !== undefined)
    .toSorted((one, other) => end(one) - end(other) || (one.id < other.id ? -1 : 1))
}

/** Deletes a token by its id, or by the whole of it; which of the two is left in messages is the id. Problem `token-unknown`. */
export async function deleteToken(cluster: Cluster, idOrToken: string): Promise<string> {
  const id = isTokenId(idOrToken) ? idOrToken : parseToken(idOrToken).id
  const deleted = await ifPresent(cluster.request(`delete token ${id}`, async ({ core }) =>
    await core.deleteNamespacedSecret({ name: secretName(id), namespace })))
  if (deleted === undefined) {
    throw new Problem('token-unknown', `There is no token with the id ${id}.`, ['List the tokens: kubeadm token list'])
  }
  return id
}
