import type { KeySource } from '../certs/keys.ts'
import type { Cluster } from '../cluster/cluster.ts'
import type { ControlPlane, InitPlan } from '../config/v1beta4.ts'
import type { Emit } from '../core/event.ts'
import type { Host } from '../host/host.ts'

/** What phases that only touch this node's control plane need: init and a control-plane join have it. */
export interface ControlPlaneContext {
  readonly configuration: ControlPlane
  readonly host: Host
  readonly emit: Emit
  /** Private keys that have been in the making since the process started; absent: each is made when it is needed. */
  readonly keys?: KeySource
  /** The folder of the kubeconfigs; absent: /etc/kubernetes. */
  readonly kubeconfigDirectory?: string
}

export interface InitContext extends ControlPlaneContext {
  readonly configuration: InitPlan
  /** Whether this init was begun before and cut off: what it left is then not in the way. */
  readonly resuming: boolean
  /** The new cluster, reached directly. */
  readonly cluster: Cluster
}
