import { kubeletConfiguration, kubeProxyConfiguration } from './component-schema.ts'
import type { FieldType } from './schema.ts'
import { nearest } from './rules/text.ts'
import { apiVersion as kubeadm } from './v1beta4.ts'
import { clusterConfiguration, initConfiguration, joinConfiguration, resetConfiguration } from './v1beta4-schema.ts'

/** The kinds that are decoded: their version, their fields, and their name among the documents of a file. */
export const kinds = {
  InitConfiguration: { apiVersion: kubeadm, name: 'init', type: initConfiguration },
  ClusterConfiguration: { apiVersion: kubeadm, name: 'cluster', type: clusterConfiguration },
  JoinConfiguration: { apiVersion: kubeadm, name: 'join', type: joinConfiguration },
  ResetConfiguration: { apiVersion: kubeadm, name: 'reset', type: resetConfiguration },
  KubeletConfiguration: { apiVersion: 'kubelet.config.k8s.io/v1beta1', name: 'kubelet', type: kubeletConfiguration },
  KubeProxyConfiguration: { apiVersion: 'kubeproxy.config.k8s.io/v1alpha1', name: 'kubeProxy', type: kubeProxyConfiguration },
} as const satisfies Record<string, { readonly apiVersion: string, readonly name: string, readonly type: FieldType }>

export type Kind = keyof typeof kinds

/** Known, but of no use to the commands that read a file so far. */
export const ignoredKinds: readonly string[] = ['UpgradeConfiguration']

// The last version of upstream's program that could still convert each old version.
const converters: Readonly<Record<string, string>> = {
  v1alpha1: 'v1.11', v1alpha2: 'v1.12', v1alpha3: 'v1.14', v1beta1: 'v1.15', v1beta2: 'v1.22',
}

export function isKind(kind: string): kind is Kind {
  return Object.hasOwn(kinds, kind)
}

/** Where a field that was written in a wrong place belongs: `networking of a ClusterConfiguration`. */
export function homeOf(field: string): string | undefined {
  for (const [kind, { type }] of Object.entries(kinds)) {
    const path = pathTo(field, type)
    if (path !== undefined) return path.length === 0 ? `a ${kind} itself` : `${path.join('.')} of a ${kind}`
  }
  return undefined
}

function pathTo(field: string, type: FieldType): readonly string[] | undefined {
  if (type.kind === 'list') return pathTo(field, type.items)
  if (type.kind !== 'object') return undefined
  if (Object.hasOwn(type.fields, field)) return []
  for (const [name, child] of Object.entries(type.fields)) {
    const path = pathTo(field, child)
    if (path !== undefined) return [name, ...path]
  }
  return undefined
}

/** What is wrong with a document's apiVersion and kind, and what to do about it; undefined when they are known. */
export function kindComplaint(apiVersion: string, kind: string): { readonly what: string, readonly fix: string } | undefined {
  const [group, version = ''] = apiVersion.split('/')
  if (group === 'kubeadm.k8s.io' && apiVersion !== kubeadm) {
    const converter = converters[version]
    if (version === 'v1beta3' || converter !== undefined) {
      const others = converter === undefined ? '' : `kubeadm ${converter}, and what that prints with later ones up to `
      return {
        what: `${apiVersion} is an old version of the configuration; this program reads ${kubeadm}.`,
        fix: `Convert it with ${others}kubeadm v1.36 of the Kubernetes project: kubeadm config migrate --old-config old.yaml --new-config new.yaml`,
      }
    }
    return { what: `there is no ${apiVersion}.`, fix: `Write apiVersion: ${kubeadm}` }
  }
  if (isKind(kind)) {
    const expected = kinds[kind].apiVersion
    return apiVersion === expected ? undefined : { what: `a ${kind} is of ${expected}, not of ${apiVersion}.`, fix: `Write apiVersion: ${expected}` }
  }
  if (apiVersion === kubeadm && ignoredKinds.includes(kind)) return undefined
  const meant = nearest(kind, [...Object.keys(kinds), ...ignoredKinds])
  return {
    what: `a ${kind} of ${apiVersion} is no configuration of kubeadm.`,
    fix: meant === undefined ? `Take it out; a file may hold ${Object.keys(kinds).join(', ')}.` : `Did you mean ${meant}?`,
  }
}
