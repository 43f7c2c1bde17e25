import type { Phase } from '../core/phase.ts'
import { kubeadmConfig, kubeletConfigMap } from '../manifests/config-maps.ts'
import type { InitContext } from './context.ts'

export const uploadConfig: Phase<InitContext> = {
  name: 'upload-config',
  aliases: ['uploadconfig'],
  summary: 'Keep the configuration in the cluster, for nodes that join and for upgrades',
  phases: [
    {
      name: 'kubeadm',
      summary: 'The ConfigMap kubeadm-config',
      run: async ({ configuration, cluster }) => await cluster.apply(kubeadmConfig(configuration)),
    },
    {
      name: 'kubelet',
      summary: 'The ConfigMap kubelet-config',
      alongside: true,
      run: async ({ configuration, cluster }) =>
        await cluster.apply(kubeletConfigMap(configuration.kubelet, configuration.generated.kubelet)),
    },
  ],
}
