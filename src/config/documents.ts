import type { Place } from './complaint.ts'
import type { FieldPath } from './rules/rule.ts'
import type { Decoded } from './schema.ts'
import type { ComponentConfiguration } from './v1beta4.ts'
import type { clusterConfiguration, initConfiguration, joinConfiguration, resetConfiguration } from './v1beta4-schema.ts'

export type InitDocument = Decoded<typeof initConfiguration>
export type ClusterDocument = Decoded<typeof clusterConfiguration>
export type JoinDocument = Decoded<typeof joinConfiguration>
export type ResetDocument = Decoded<typeof resetConfiguration>

/** What a configuration file holds, decoded and checked against its schema, before any default. */
export interface Documents {
  readonly init?: InitDocument
  readonly cluster?: ClusterDocument
  readonly join?: JoinDocument
  readonly reset?: ResetDocument
  readonly kubelet?: ComponentConfiguration
  readonly kubeProxy?: ComponentConfiguration
  readonly notes: readonly string[]
  /** Where a field stands in the file; undefined when it is not there. */
  readonly locate: (field: FieldPath) => Place | undefined
}

/** Without a file. */
export const noDocuments: Documents = { notes: [], locate: () => undefined }

/** A configuration and what the user should know about how it came to be. */
export interface Configured<Configuration> {
  readonly configuration: Configuration
  readonly notes: readonly string[]
}
