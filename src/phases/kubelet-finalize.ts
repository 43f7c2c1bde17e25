import { kubeconfigToText, parseKubeconfig, type Kubeconfig } from '../cluster/kubeconfig.ts'
import { paths } from '../config/paths.ts'
import type { Phase } from '../core/phase.ts'
import { Problem } from '../core/problem.ts'
import { clientCertificate } from '../manifests/kubelet.ts'
import type { InitContext } from './context.ts'

export const kubeletFinalize: Phase<InitContext> = {
  name: 'kubelet-finalize',
  aliases: ['kubeletfinalize'],
  summary: 'Let the kubelet use the certificate that it renews by itself',
  phases: [{
    name: 'enable-client-cert-rotation',
    summary: 'Point kubelet.conf to the renewed certificate and restart the kubelet',
    run: async ({ configuration, host, emit, cluster }) => {
      const { name } = configuration.nodeRegistration
      // The kubelet writes its certificate once it runs; restarted before the API server is up, it would start that anew, too.
      await cluster.request('look whether the API server serves', async ({ core }) => await core.getAPIResources())
      const certificate = clientCertificate(configuration.nodeRegistration)
      if (await host.files.status(certificate) === undefined) {
        return emit({ type: 'note', text: `The kubelet keeps its first certificate: there is no ${certificate}, so rotation seems to be off.` })
      }
      const text = await host.files.read(paths.kubeletConf)
      if (text === undefined) {
        throw new Problem('kubelet-conf-missing', `There is no ${paths.kubeletConf}.`, ['Run the command again: kubeadm init makes it anew'])
      }
      const kubeconfig = withClientCertificate(parseKubeconfig(text, paths.kubeletConf), `system:node:${name}`, certificate)
      if (kubeconfig === undefined) return
      await host.files.write(paths.kubeletConf, kubeconfigToText(kubeconfig), { mode: 0o600 })
      await host.services.restart('kubelet')
    },
  }],
}

/** The kubeconfig with a user's credentials in a file, PEM of certificate and key; undefined when they are there already. */
function withClientCertificate(kubeconfig: Kubeconfig, user: string, path: string): Kubeconfig | undefined {
  const entry = kubeconfig.users.find(({ name }) => name === user)
  if (entry === undefined) {
    throw new Problem('kubelet-conf-user', `${paths.kubeletConf} has no user ${user}.`,
      [`Remove it and run the command again: rm ${paths.kubeletConf}`, 'If the node was renamed: kubeadm reset'])
  }
  if (entry.user['client-certificate'] === path && entry.user['client-key'] === path) return undefined
  const credentials = { 'client-certificate': path, 'client-key': path }
  return { ...kubeconfig, users: kubeconfig.users.map(other => other === entry ? { ...entry, user: credentials } : other) }
}
