/** What the configuration's dynamic defaults are made from, gathered before. */
export interface HostFacts {
  readonly hostname: string
  /** The source address of the default route. */
  readonly advertiseAddress: string | undefined
  /** CRI endpoints whose sockets exist, `unix:///…`. */
  readonly criSockets: readonly string[]
  /** Whether systemd-resolved runs: the kubelet then has to read its resolv.conf. */
  readonly resolvedActive: boolean
  /** `v1.36.3`; absent when there is no kubelet. */
  readonly kubeletVersion?: string
}
