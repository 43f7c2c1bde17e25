import type { Emit } from '../../core/event.ts'
import type { Host } from '../../host/host.ts'

/** Every program that a node and its images are made of. `agnhost`, Kubernetes' own test workload, may be left out. */
export const programNames = [
  'kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kube-proxy', 'kubelet', 'kubectl',
  'etcd', 'etcdctl', 'coredns', 'pause', 'containerd', 'containerd-shim-runc-v2', 'ctr',
] as const

export type ProgramName = typeof programNames[number]

/**
 * The absolute path of each program on this machine: static, executable, for the architecture that was asked for. Names
 * that share a path are one program that runs what it is called as: it is copied once and gets a symlink for each name.
 */
export type Programs = Readonly<Record<ProgramName, string>> & { readonly agnhost?: string }

export interface ProgramRequest {
  /** Kubernetes, with a leading `v`. */
  readonly version: string
  readonly architecture: 'amd64' | 'arm64'
  /** A folder of this source's own, kept between runs. What is in it must be whole: write under another name, then rename. */
  readonly cache: string
}

/** Why a source has nothing to give, in half a sentence: `dl.k8s.io cannot be reached`. The next source is asked. */
export interface Unavailable {
  readonly unavailable: string
}

export type SourceName = 'folder' | 'release' | 'build'

/** One of the places where Kubernetes' programs come from. */
export interface ProgramSource {
  readonly name: SourceName
  /** For a line to the user: `the folder /srv/assets`. */
  describe(): string
  /** Quick when the cache has everything. A Problem means: it has them, but they must not be used (a wrong checksum). */
  provide(request: ProgramRequest, host: Host, emit: Emit): Promise<Programs | Unavailable>
}
