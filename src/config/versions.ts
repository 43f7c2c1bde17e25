import { Problem } from '../core/problem.ts'
import type { ClusterConfiguration } from './v1beta4.ts'

/** What a Kubernetes minor version was released with. Source: `kubeadm config images list` of each minor's own kubeadm. */
export interface Release {
  readonly minor: number
  /** The newest patch release this program knows. */
  readonly newest: string
  readonly etcd: string
  readonly coreDns: string
  readonly pause: string
}

/** Oldest first. */
export const releases: readonly [Release, ...Release[]] = [
  { minor: 34, newest: 'v1.34.10', etcd: '3.6.5-0', coreDns: 'v1.12.1', pause: '3.10.1' },
  { minor: 35, newest: 'v1.35.7', etcd: '3.6.6-0', coreDns: 'v1.13.1', pause: '3.10.1' },
  { minor: 36, newest: 'v1.36.3', etcd: '3.6.8-0', coreDns: 'v1.14.2', pause: '3.10.2' },
]

const newestRelease = releases.at(-1) ?? releases[0]
export const newestVersion = newestRelease.newest
export const defaultImageRepository = 'registry.k8s.io'

/** The release that a version (`v1.36.3`, `1.36.0-rc.0`) belongs to; undefined when it is malformed or not supported. */
export function releaseOf(version: string): Release | undefined {
  const minor = /^v?1\.(\d+)\.\d+(?:[-+][0-9A-Za-z.+-]+)?$/.exec(version)?.[1]
  return releases.find(release => String(release.minor) === minor)
}

/** `1.34, 1.35, 1.36` for messages. */
const supportedMinors = releases.map(release => `1.${release.minor}`).join(', ')

/**
 * The version that a version or a label stands for, with its leading `v`. A label (`stable-1`, `latest-1.35`) becomes the
 * newest release this program knows of that line, and `label` says which it was. Nothing is looked up on the network.
 */
export function resolveVersion(text: string): { readonly version: string, readonly label?: string } {
  const label = /^(?:release\/)?(?:stable|latest)(?:-1(?:\.(\d+))?)?$/.exec(text)
  if (label !== null) {
    const release = label[1] === undefined ? newestRelease : releases.find(release => String(release.minor) === label[1])
    if (release !== undefined) return { version: release.newest, label: text }
  }
  const version = text.startsWith('v') ? text : `v${text}`
  if (releaseOf(version) !== undefined) return { version }
  throw new Problem('kubernetes-version-unsupported', label !== null || /^v\d+\.\d+\.\d+/.test(version)
    ? `Kubernetes ${text} is not a version this program can set up; it knows ${supportedMinors}.`
    : `"${text}" is not a Kubernetes version.`, [`Give a version such as ${newestVersion}.`])
}

/** The version to set up when nobody asked for one: the kubelet's own when it is supported, else the newest known. */
export function defaultVersion(kubeletVersion: string | undefined): string {
  if (kubeletVersion === undefined || releaseOf(kubeletVersion) === undefined) return newestVersion
  return kubeletVersion.startsWith('v') ? kubeletVersion : `v${kubeletVersion}`
}

/** The images of a cluster by what they are for. `etcd` is undefined when etcd is external. */
export interface Images {
  readonly apiServer: string
  readonly controllerManager: string
  readonly scheduler: string
  readonly proxy: string
  readonly coreDns: string
  readonly pause: string
  readonly etcd: string | undefined
}

export function imagesOf(cluster: ClusterConfiguration): Images {
  const release = releaseOf(cluster.kubernetesVersion) ?? newestRelease
  const repository = cluster.imageRepository
  // A tag may not hold the plus sign of a build's version.
  const tag = cluster.kubernetesVersion.replaceAll('+', '_')
  const dnsRepository = cluster.dns.imageRepository ?? repository
  const { local } = cluster.etcd
  return {
    apiServer: `${repository}/kube-apiserver:${tag}`,
    controllerManager: `${repository}/kube-controller-manager:${tag}`,
    scheduler: `${repository}/kube-scheduler:${tag}`,
    proxy: `${repository}/kube-proxy:${tag}`,
    // Only the default registry keeps CoreDNS in a folder of its own.
    coreDns: `${dnsRepository}${dnsRepository === defaultImageRepository ? '/coredns' : ''}/coredns:${cluster.dns.imageTag ?? release.coreDns}`,
    pause: `${repository}/pause:${release.pause}`,
    etcd: local && `${local.imageRepository ?? repository}/etcd:${local.imageTag ?? release.etcd}`,
  }
}

/** The images a node has to have, in the order of `kubeadm config images list`. */
export function images(cluster: ClusterConfiguration): readonly string[] {
  const of = imagesOf(cluster)
  return [
    of.apiServer, of.controllerManager, of.scheduler, cluster.proxy.disabled ? undefined : of.proxy,
    cluster.dns.disabled ? undefined : of.coreDns, of.pause, of.etcd,
  ].filter(image => image !== undefined)
}
