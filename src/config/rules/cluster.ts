import { parseDuration } from '../duration.ts'
import type { InitPlan } from '../v1beta4.ts'
import type { FieldPath, Rule, Violation } from './rule.ts'
import { nearest } from './text.ts'

/** Places on this machine have to be absolute. */
export const absolutePaths: Rule<InitPlan> = ({ cluster }) => {
  const places: readonly (readonly [FieldPath, string | undefined])[] = [
    [['ClusterConfiguration', 'certificatesDir'], cluster.certificatesDir],
    [['ClusterConfiguration', 'etcd', 'local', 'dataDir'], cluster.etcd.local?.dataDir],
  ]
  return places.flatMap(([field, path]) => path === undefined || path.startsWith('/') ? [] : [{
    field, what: `"${path}" is not an absolute path.`, fix: 'Write the whole path, from /.',
  }])
}

/** Registry, folder and name of images, without a tag. */
export const imageRepositories: Rule<InitPlan> = ({ cluster }) => {
  const repositories: readonly (readonly [FieldPath, string | undefined])[] = [
    [['ClusterConfiguration', 'imageRepository'], cluster.imageRepository],
    [['ClusterConfiguration', 'dns', 'imageRepository'], cluster.dns.imageRepository],
    [['ClusterConfiguration', 'etcd', 'local', 'imageRepository'], cluster.etcd.local?.imageRepository],
  ]
  return repositories.flatMap(([field, repository]) =>
    repository === undefined || /^[a-z0-9.-]+(:\d+)?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*$/.test(repository) ? [] : [{
      field, what: `"${repository}" is no place for images.`, fix: 'Write a registry and a folder, such as registry.example.com/kubernetes.',
    }])
}

export const imageTags: Rule<InitPlan> = ({ cluster }) => {
  const tags: readonly (readonly [FieldPath, string | undefined])[] = [
    [['ClusterConfiguration', 'dns', 'imageTag'], cluster.dns.imageTag],
    [['ClusterConfiguration', 'etcd', 'local', 'imageTag'], cluster.etcd.local?.imageTag],
  ]
  return tags.flatMap(([field, tag]) => tag === undefined || /^\w[\w.-]{0,127}$/.test(tag) ? [] : [{
    field, what: `"${tag}" is no tag of an image.`, fix: 'Write a tag such as v1.14.2.',
  }])
}

/** A certificate that has run out when it is made helps nobody. */
export const validityPeriods: Rule<InitPlan> = ({ cluster }) =>
  (['certificateValidityPeriod', 'caCertificateValidityPeriod'] as const).flatMap(name => (parseDuration(cluster[name]) ?? 0n) > 0n ? [] : [{
    field: ['ClusterConfiguration', name] as const, what: `${cluster[name]} is not longer than nothing.`, fix: 'Write a duration such as 8760h (a year).',
  }])

/** The name ends up in file names and contexts of kubeconfigs. */
export const clusterName: Rule<InitPlan> = ({ cluster }) => /^[^\s@/\\]{1,253}$/.test(cluster.clusterName) ? [] : [{
  field: ['ClusterConfiguration', 'clusterName'], what: `"${cluster.clusterName}" is no name for a cluster.`, fix: 'Write a name without blanks, slashes and "@".',
}]

const gates: Readonly<Record<string, (on: boolean) => string | undefined>> = {
  NodeLocalCRISocket: on => on ? undefined : 'NodeLocalCRISocket is always on and cannot be turned off.',
  ControlPlaneKubeletLocalMode: on => on ? undefined : 'ControlPlaneKubeletLocalMode is always on and cannot be turned off.',
  PublicKeysECDSA: on => on ? 'PublicKeysECDSA is replaced by encryptionAlgorithm: ECDSA-P256 in a ClusterConfiguration.' : undefined,
  RootlessControlPlane: on => on ? 'RootlessControlPlane is not supported yet.' : undefined,
}

export const featureGates: Rule<InitPlan> = ({ cluster }) =>
  Object.entries(cluster.featureGates).flatMap(([name, on]): readonly Violation[] => {
    const gate = Object.hasOwn(gates, name) ? gates[name] : undefined
    const why = gate === undefined ? `"${name}" is not a feature gate of kubeadm.` : gate(on)
    const meant = nearest(name, Object.keys(gates))
    return why === undefined ? [] : [{
      field: ['ClusterConfiguration', 'featureGates', name], what: `cannot be set so: ${why}`,
      fix: gate === undefined && meant !== undefined ? `Did you mean ${meant}?` : gate === undefined
        ? 'Leave it out. Gates of Kubernetes itself are arguments of its programs (extraArgs: feature-gates) or featureGates of a KubeletConfiguration.'
        : `Leave ${name} out.`,
    }]
  })
