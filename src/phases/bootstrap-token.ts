import type { Cluster } from '../cluster/cluster.ts'
import { ifPresent } from '../cluster/if-present.ts'
import { controlPlaneUrl } from '../config/endpoint.ts'
import type { BootstrapToken } from '../config/v1beta4.ts'
import type { Phase } from '../core/phase.ts'
import { Problem } from '../core/problem.ts'
import { clusterInfo, clusterInfoKubeconfig, signaturesOf } from '../manifests/cluster-info.ts'
import { bootstrapRights } from '../manifests/rbac.ts'
import { tokenSecret } from '../token/secret.ts'
import { parseToken, sign } from '../token/token.ts'
import type { InitContext } from './context.ts'

export const bootstrapToken: Phase<InitContext> = {
  name: 'bootstrap-token',
  aliases: ['bootstraptoken'],
  summary: 'Make the tokens that nodes join with, and say what their holders may do',
  run: async ({ configuration, host, cluster }) => {
    const tokens = configuration.init.bootstrapTokens
    const certificate = `${configuration.cluster.certificatesDir}/ca.crt`
    const ca = await host.files.read(certificate)
    if (ca === undefined) {
      throw new Problem('ca-missing', `There is no ${certificate}, which joining nodes have to trust.`,
        ['Restore it from a backup, or begin anew: kubeadm reset, then kubeadm init'])
    }
    const kubeconfig = clusterInfoKubeconfig(controlPlaneUrl(configuration), ca)
    const signatures = { ...await validSignatures(cluster, kubeconfig), ...ownSignatures(tokens, kubeconfig) }
    await cluster.apply([
      ...tokens.map(token => tokenSecret(token, host.clock.now())),
      ...bootstrapRights(),
      ...clusterInfo(kubeconfig, signatures),
    ])
  },
}

/**
 * By token id. The controller would sign only some seconds from now, and a node that joins at once would wait for it;
 * so the tokens made here sign here.
 */
function ownSignatures(tokens: readonly BootstrapToken[], kubeconfig: string): Readonly<Record<string, string>> {
  return Object.fromEntries(tokens.filter(({ usages }) => usages.includes('signing'))
    .map(({ token }) => parseToken(token)).map(token => [token.id, sign(kubeconfig, token)]))
}

/** The signatures by other tokens, as long as what they signed stays the same. */
async function validSignatures(cluster: Cluster, kubeconfig: string): Promise<Readonly<Record<string, string>>> {
  const present = await ifPresent(cluster.request('read cluster-info', async ({ core }) =>
    await core.readNamespacedConfigMap({ name: 'cluster-info', namespace: 'kube-public' })))
  return present?.data?.['kubeconfig'] === kubeconfig ? signaturesOf(present.data) : {}
}
