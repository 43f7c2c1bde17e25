export interface RuntimeStatus {
  readonly runtimeName: string
  readonly runtimeVersion: string
  readonly ready: boolean
  /** Why it is not ready, in the runtime's words. */
  readonly reason: string
  readonly sandboxImage?: string
  /** What RuntimeConfig answers; absent when the runtime does not implement it. */
  readonly cgroupDriver?: 'systemd' | 'cgroupfs'
}

export interface PodContainer {
  readonly id: string
  /** Container name, such as `kube-apiserver`. */
  readonly name: string
  readonly podName: string
  readonly podNamespace: string
  readonly attempt: number
  readonly state: 'created' | 'running' | 'exited' | 'unknown'
  readonly createdAt: Date
}

export interface ContainerDetail extends PodContainer {
  readonly exitCode: number
  readonly startedAt?: Date
  readonly finishedAt?: Date
  readonly reason: string
  readonly message: string
  readonly logPath: string
}

export interface PodSandbox {
  readonly id: string
  readonly name: string
  readonly namespace: string
  readonly ready: boolean
}

/** CRI v1 over the runtime's socket (https://github.com/kubernetes/cri-api). Failures are Problems with code `container-runtime-unreachable` or `container-runtime-failed`. */
export interface ContainerRuntime {
  status(): Promise<RuntimeStatus>
  /** All images' names and digests. */
  images(): Promise<readonly string[]>
  pull(image: string): Promise<void>
  sandboxes(): Promise<readonly PodSandbox[]>
  removeSandbox(id: string): Promise<void>
  /** Ends a container, by force after so many seconds; the kubelet starts it again. */
  stopContainer(id: string, graceSeconds: number): Promise<void>
  containers(): Promise<readonly PodContainer[]>
  container(id: string): Promise<ContainerDetail>
  close(): void
}
