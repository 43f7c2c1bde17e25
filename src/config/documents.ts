import { Problem } from '../core/problem.ts'
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
  /** The file they are from. */
  readonly file?: string
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

/**
 * What the user should know about a file's documents before they are used by a command, which `wanted` are for. Throws a
 * Problem when the file has none of them.
 */
export function documentNotes(documents: Documents, command: string, wanted: readonly (keyof typeof kindNames)[]): readonly string[] {
  const { file } = documents
  if (file === undefined) return []
  if (!wanted.some(name => documents[name] !== undefined)) {
    const kinds = wanted.map(name => kindNames[name])
    throw new Problem('configuration-missing', `${file} has no ${kinds.join(', ')} for ${command}.`, [`Add a document of kind: ${kinds[0]}`])
  }
  const others = Object.keys(kindNames) as (keyof typeof kindNames)[]
  return [
    ...documents.notes,
    ...others.filter(name => !wanted.includes(name) && documents[name] !== undefined).map(name => `${file}: the ${kindNames[name]} is ignored; ${command} does not use it.`),
  ]
}

const kindNames = {
  init: 'InitConfiguration', cluster: 'ClusterConfiguration', join: 'JoinConfiguration', reset: 'ResetConfiguration',
  kubelet: 'KubeletConfiguration', kubeProxy: 'KubeProxyConfiguration',
} as const
