import type { Cluster } from '../cluster/cluster.ts'
import type { ComponentConfiguration, JoinConfiguration } from '../config/v1beta4.ts'
import type { Emit } from '../core/event.ts'
import type { DiscoveredCluster } from '../discovery/token.ts'
import type { Host } from '../host/host.ts'

/** The cluster to join, as far as its bootstrap token lets a node see it. */
export interface TargetCluster extends DiscoveredCluster {
  /** Through the bootstrap token; asked once, without patience. */
  readonly cluster: Cluster
  /** What ConfigMap kubelet-config holds. */
  readonly kubelet: ComponentConfiguration
  /** Whether the kubelet has got its certificate already, in a join that was cut off. */
  readonly registered: boolean
}

export interface JoinContext {
  readonly configuration: JoinConfiguration
  readonly host: Host
  readonly emit: Emit
  /** Whether this join was begun before and cut off: what it left is then not in the way. */
  readonly resuming: boolean
  /** Looks the cluster up once, when first asked for. */
  target(): Promise<TargetCluster>
}
