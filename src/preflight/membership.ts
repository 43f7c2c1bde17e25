import { paths } from '../config/paths.ts'
import type { Host } from '../host/host.ts'
import type { Check } from './check.ts'

/** The cluster that this machine is part of already. */
export interface Membership {
  readonly role: 'control plane' | 'node'
  /** URL of the API server, from the kubelet's kubeconfig. */
  readonly server: string
}

/** Undefined: not part of any, though there may be files left of one. */
export async function clusterMembership({ files }: Pick<Host, 'files'>): Promise<Membership | undefined> {
  const [kubeconfig, apiServer, certificate] = await Promise.all([
    files.read(paths.kubeletConf), files.status(`${paths.manifests}/kube-apiserver.yaml`), files.status(paths.kubeletClientCertificate),
  ])
  // A kubelet.conf alone may have been put there for a cluster whose CA key is kept elsewhere.
  if (kubeconfig === undefined || apiServer === undefined && certificate === undefined) return undefined
  return {
    role: apiServer === undefined ? 'node' : 'control plane',
    server: /^\s+server:\s*(\S+)\s*$/m.exec(kubeconfig)?.[1] ?? 'an unknown address',
  }
}

/** One finding instead of a dozen about the files and ports of a cluster that works. */
export function noMembership({ role, server }: Membership): Check {
  return {
    name: 'ExistingCluster',
    run: async () => [{
      level: 'error',
      message: `This machine is already a ${role} (cluster at ${server}).`,
      fix: [
        'To take it out of that cluster and start anew: kubeadm reset',
        ...role === 'control plane' ? [`To look at the cluster: kubectl --kubeconfig ${paths.adminConf} get nodes`] : [],
      ],
    }],
  }
}
