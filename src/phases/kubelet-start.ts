import { paths } from '../config/paths.ts'
import type { Phase } from '../core/phase.ts'
import { instanceConfig, kubeletConfig, kubeletFlags } from '../manifests/kubelet.ts'
import type { InitContext } from './context.ts'

/** Readable by all, in a folder that only root may enter. */
const modes = { mode: 0o644, directoryMode: 0o700 }

export const kubeletStart: Phase<InitContext> = {
  name: 'kubelet-start',
  summary: 'Write the kubelet\'s configuration and start it',
  run: async ({ configuration, host }) => {
    const { kubelet, nodeRegistration } = configuration
    if ((await host.services.status('kubelet')).active) await host.services.stop('kubelet')
    await host.files.write(paths.kubeletFlags, kubeletFlags(nodeRegistration, host.machine.hostname(), 'control-plane'), modes)
    await host.files.write(paths.kubeletInstanceConfig, instanceConfig(nodeRegistration), modes)
    await host.files.write(paths.kubeletConfig, kubeletConfig(kubelet, nodeRegistration), modes)
    await host.services.start('kubelet')
  },
}
