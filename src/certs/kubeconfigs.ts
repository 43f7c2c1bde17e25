import { paths } from '../config/paths.ts'
import { controlPlaneUrl, localUrl } from '../config/endpoint.ts'
import type { ControlPlane } from '../config/v1beta4.ts'
import type { Subject } from './x509.ts'

/** A kubeconfig of a control plane, with a client certificate of its own. */
export interface KubeconfigRow {
  /** As in `init phase kubeconfig <name>`. */
  readonly name: string
  readonly path: string
  /** Whose it is, to follow "the kubeconfig of". */
  readonly owner: string
  /** The common name is also the name of the user in the file. */
  readonly subject: (configuration: ControlPlane) => Subject
  readonly server: (configuration: ControlPlane) => string
}

/** All kubeconfigs of a first control plane, in upstream's order. What runs on this node talks to this node's API server. */
export const kubeconfigs: readonly KubeconfigRow[] = [
  {
    name: 'admin', path: paths.adminConf, owner: 'the administrator', server: controlPlaneUrl,
    subject: () => ({ commonName: 'kubernetes-admin', organizations: ['kubeadm:cluster-admins'] }),
  },
  {
    name: 'super-admin', path: paths.superAdminConf, owner: 'the administrator when RBAC is broken', server: controlPlaneUrl,
    subject: () => ({ commonName: 'kubernetes-super-admin', organizations: ['system:masters'] }),
  },
  {
    name: 'kubelet', path: paths.kubeletConf, owner: 'the kubelet', server: localUrl,
    subject: ({ nodeRegistration }) => ({ commonName: `system:node:${nodeRegistration.name}`, organizations: ['system:nodes'] }),
  },
  {
    name: 'controller-manager', path: paths.controllerManagerConf, owner: 'the controller manager', server: localUrl,
    subject: () => ({ commonName: 'system:kube-controller-manager' }),
  },
  {
    name: 'scheduler', path: paths.schedulerConf, owner: 'the scheduler', server: localUrl,
    subject: () => ({ commonName: 'system:kube-scheduler' }),
  },
]
