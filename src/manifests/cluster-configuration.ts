import { apiVersion, type ClusterConfiguration } from '../config/v1beta4.ts'

/** The parts that are written even when nothing in them differs from nothing. */
const alwaysWritten = ['apiServer', 'controllerManager', 'dns', 'proxy', 'scheduler'] as const

/** Fields whose content is not ours to thin out. */
const keptWhole = new Set(['valueFrom', 'featureGates'])
/** Texts that are written even when empty: an argument's value, an external etcd's certificates. */
const keptEmpty = new Set(['value', 'caFile', 'certFile', 'keyFile'])

/** The ClusterConfiguration document, without its empty fields. */
export function clusterConfigurationDocument(cluster: ClusterConfiguration): Readonly<Record<string, unknown>> {
  return {
    ...Object.fromEntries(alwaysWritten.map(part => [part, {}])),
    ...withoutEmpty(cluster),
    apiVersion,
    kind: 'ClusterConfiguration',
  }
}

function withoutEmpty(object: object): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(object).flatMap(([key, value]) => {
    const kept = keptWhole.has(key) ? value : compact(value)
    return isEmpty(kept) && !(keptEmpty.has(key) && kept === '') ? [] : [[key, kept]]
  }))
}

function compact(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(compact)
  return typeof value === 'object' && value !== null ? withoutEmpty(value) : value
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '' || value === false ||
    (typeof value === 'object' && Object.keys(value).length === 0)
}
