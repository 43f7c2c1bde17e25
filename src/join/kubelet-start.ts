import { kubeconfigFor, kubeconfigToText } from '../cluster/kubeconfig.ts'
import { paths } from '../config/paths.ts'
import { allDone } from '../core/all-done.ts'
import type { Phase } from '../core/phase.ts'
import type { Host } from '../host/host.ts'
import { instanceConfig, kubeletConfig, kubeletFlags } from '../manifests/kubelet.ts'
import type { JoinContext, TargetCluster } from './context.ts'

/** Gives the kubelet what it needs to ask for its own certificate, and starts it. */
export const kubeletStart: Phase<JoinContext> = {
  name: 'kubelet-start',
  summary: 'Write the kubelet\'s configuration and start it',
  run: async ({ configuration, host, resuming, target }) => {
    const { nodeRegistration, caCertPath, discovery } = configuration
    const { server, ca, kubelet, registered } = await target()
    const status = await host.services.status('kubelet')
    if (status.active) await host.services.stop('kubelet')
    // Left by a join that was cut off before the certificate came; it would pass for the sign that it has come.
    if (resuming && !registered) await host.files.remove(paths.kubeletConf)
    const bootstrap = kubeconfigFor({
      clusterName: 'kubernetes', server, ca, user: 'tls-bootstrap-token-user', credential: { token: discovery.tlsBootstrapToken },
    })
    await allDone([
      host.files.write(paths.bootstrapKubeletConf, kubeconfigToText(bootstrap), { mode: 0o600 }),
      host.files.write(caCertPath, ca, { mode: 0o644 }),
      host.files.write(paths.kubeletInstanceConfig, instanceConfig(nodeRegistration), { mode: 0o644, directoryMode: 0o700 }),
      host.files.write(paths.kubeletConfig, kubeletConfig(kubelet, nodeRegistration), { mode: 0o644, directoryMode: 0o700 }),
      host.files.write(paths.kubeletFlags, kubeletFlags(nodeRegistration, host.machine.hostname(), 'worker'), { mode: 0o644, directoryMode: 0o700 }),
    ])
    await writeWhereTheKubeletLooks(host, kubelet, ca)
    // After the others: what it has to make above itself would be as closed as it is.
    await host.files.makeDirectory(paths.manifests, 0o700)
    await host.services.start('kubelet')
  },
}

/** A cluster with a certificate directory of its own has its kubelets look for the CA there. What is there already is somebody else's. */
async function writeWhereTheKubeletLooks(host: Host, kubelet: TargetCluster['kubelet'], ca: string): Promise<void> {
  const { authentication } = kubelet as { readonly authentication?: { readonly x509?: { readonly clientCAFile?: unknown } } }
  const path = authentication?.x509?.clientCAFile
  if (typeof path === 'string' && path.startsWith('/') && await host.files.status(path) === undefined) {
    await host.files.write(path, ca, { mode: 0o644 })
  }
}
