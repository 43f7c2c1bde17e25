import type { Cluster } from '../cluster/cluster.ts'
import type { ResetConfiguration } from '../config/v1beta4.ts'
import type { Emit } from '../core/event.ts'
import type { Host } from '../host/host.ts'

export interface ResetContext {
  readonly configuration: ResetConfiguration
  readonly host: Host
  readonly emit: Emit
  /** The cluster through an administrator's kubeconfig; undefined when there is none on this machine. */
  readonly cluster: Cluster | undefined
  readonly nodeName: string
}
