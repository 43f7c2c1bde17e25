import { paths } from '../config/paths.ts'
import { controlPlaneUrl, localUrl } from '../config/endpoint.ts'
import type { ControlPlane } from '../config/v1beta4.ts'
import type { Subject } from './x509.ts'

/** A kubeconfig of a control plane, with a client certificate of its own. */
export interface KubeconfigRow {
  /** As in `init phase kubeconfig <name>`. */
  readonly name: string
  /** Its name in the folder of kubeconfigs. */
  readonly file: string
  /** Whose it is, to follow "the kubeconfig of". */
  readonly owner: string
  /** The common name is also the name of the user in the file. */
  readonly subject: (configuration: ControlPlane) => Subject
  readonly server: (configuration: ControlPlane) => string
}

/** All kubeconfigs of a first control plane, in upstream's order. What runs on this node talks to this node's API server. */
export const kubeconfigs: readonly KubeconfigRow[] = [
  {
    name: 'admin', file: 'admin.conf', owner: 'the administrator', server: controlPlaneUrl,
    subject: () => ({ commonName: 'kubernetes-admin', organizations: ['kubeadm:cluster-admins'] }),
  },
  {
    name: 'super-admin', file: 'super-admin.conf', owner: 'the administrator when RBAC is broken', server: controlPlaneUrl,
    subject: () => ({ commonName: 'kubernetes-super-admin', organizations: ['system:masters'] }),
  },
  {
    name: 'kubelet', file: 'kubelet.conf', owner: 'the kubelet', server: localUrl,
    subject: ({ nodeRegistration }) => ({ commonName: `system:node:${nodeRegistration.name}`, organizations: ['system:nodes'] }),
  },
  {
    name: 'controller-manager', file: 'controller-manager.conf', owner: 'the controller manager', server: localUrl,
    subject: () => ({ commonName: 'system:kube-controller-manager' }),
  },
  {
    name: 'scheduler', file: 'scheduler.conf', owner: 'the scheduler', server: localUrl,
    subject: () => ({ commonName: 'system:kube-scheduler' }),
  },
]

/** Where a kubeconfig lies; the folder is /etc/kubernetes unless another is given. */
export function kubeconfigPath({ file }: KubeconfigRow, directory: string = paths.kubernetes): string {
  return `${directory}/${file}`
}
