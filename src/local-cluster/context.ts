import type { Emit } from '../core/event.ts'
import type { Host } from '../host/host.ts'
import type { SourceName } from './programs/source.ts'

export interface LocalClusterOptions {
  /** Prefix of its nodes: `kube` gives kube-master and kube-node-1. */
  readonly name: string
  /** Workers beside the master. 0: the master runs Pods itself. */
  readonly numNodes: number
  /** With a leading `v`. */
  readonly kubernetesVersion: string
  /** The program that the nodes run as kubeadm: an executable for their architecture. */
  readonly kubeadm: string
  /** Folder of packed programs. */
  readonly assets?: string
  /** The one place that programs may come from; absent: folder, release, build, in this order. */
  readonly programs?: SourceName
}

/** What the phases of `up` have; everything else they read from docker and the nodes. */
export interface LocalCluster {
  readonly options: LocalClusterOptions
  /** Bootstrap token, secret. */
  readonly token: string
  readonly host: Host
  readonly emit: Emit
}

export const podSubnet = '10.244.0.0/16'
/** The first address of the default range of Services, which is the API server's. */
export const apiService = '10.96.0.1'

export function masterName(name: string): string {
  return `${name}-master`
}

/** The workers' names, in order. */
export function workerNames({ name, numNodes }: LocalClusterOptions): readonly string[] {
  return Array.from({ length: numNodes }, (_, index) => `${name}-node-${index + 1}`)
}

/** Where a user finds what `up` leaves for them. */
export function userFolder(host: Host): string {
  return `${host.machine.user().home}/.kubeadm-local-cluster`
}

/** admin.conf for the default name, so that one path can be documented; the others carry theirs. */
export function kubeconfigPath(name: string, host: Host): string {
  return `${userFolder(host)}/${name === 'kube' ? 'admin.conf' : `admin-${name}.conf`}`
}

/** What is kept between clusters: unpacked, downloaded or built programs. */
export function cacheFolder(host: Host): string {
  return `${host.machine.environment()['XDG_CACHE_HOME'] ?? `${host.machine.user().home}/.cache`}/kubeadm`
}
