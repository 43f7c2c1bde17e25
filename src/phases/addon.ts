import type { Cluster } from '../cluster/cluster.ts'
import { ifPresent } from '../cluster/if-present.ts'
import type { Phase } from '../core/phase.ts'
import { coreDns, type ExistingCoreDns } from '../manifests/coredns.ts'
import { proxyVariables } from '../manifests/host-facts.ts'
import { kubeProxy } from '../manifests/kube-proxy.ts'
import type { InitContext } from './context.ts'

export const addon: Phase<InitContext> = {
  name: 'addon',
  summary: 'Install what every cluster needs besides its control plane',
  phases: [
    {
      name: 'coredns',
      summary: 'The cluster\'s DNS',
      when: ({ configuration }) => !configuration.cluster.dns.disabled,
      run: async ({ configuration, cluster }) =>
        await cluster.apply(coreDns(configuration.cluster, await existingCoreDns(cluster))),
    },
    {
      name: 'kube-proxy',
      summary: 'What makes Services reachable on every node',
      alongside: true,
      when: ({ configuration }) => !configuration.cluster.proxy.disabled,
      run: async ({ configuration, host, cluster }) =>
        await cluster.apply(kubeProxy(configuration, proxyVariables(host.machine.environment()))),
    },
  ],
}

async function existingCoreDns(cluster: Cluster): Promise<ExistingCoreDns> {
  const coredns = { name: 'coredns', namespace: 'kube-system' }
  const [configMap, deployment] = await Promise.all([
    ifPresent(cluster.request('read CoreDNS\'s ConfigMap', async ({ core }) => await core.readNamespacedConfigMap(coredns))),
    ifPresent(cluster.request('read CoreDNS\'s Deployment', async ({ apps }) => await apps.readNamespacedDeployment(coredns))),
  ])
  const corefile = configMap?.data?.['Corefile']
  const replicas = deployment?.spec?.replicas
  return { ...corefile !== undefined && { corefile }, ...replicas !== undefined && { replicas } }
}
