import type { Files } from './host.ts'

/** A container runtime that we know by its socket. */
export interface KnownRuntime {
  readonly name: string
  /** The systemd unit. */
  readonly service: string
  readonly endpoint: string
}

/** The first one is assumed when none is found. */
export const knownRuntimes: readonly [KnownRuntime, ...KnownRuntime[]] = [
  { name: 'containerd', service: 'containerd', endpoint: 'unix:///var/run/containerd/containerd.sock' },
  { name: 'CRI-O', service: 'crio', endpoint: 'unix:///var/run/crio/crio.sock' },
  { name: 'cri-dockerd', service: 'cri-docker', endpoint: 'unix:///var/run/cri-dockerd.sock' },
]

/** The endpoints of the known runtimes whose socket exists, in the order of the list. */
export async function detectCriSockets(files: Pick<Files, 'resolve' | 'status'>): Promise<readonly string[]> {
  const found = await Promise.all(knownRuntimes.map(async ({ endpoint }) => {
    // /var/run is a symlink to /run nearly everywhere; a socket of its own kind is `other`.
    const path = await files.resolve(endpoint.slice('unix://'.length))
    return path !== undefined && (await files.status(path))?.kind === 'other' ? [endpoint] : []
  }))
  return found.flat()
}

/** The runtime that an endpoint most likely belongs to, for messages: by the name of its socket, wherever that is. */
export function runtimeOf(endpoint: string): KnownRuntime {
  return knownRuntimes.find(runtime => runtime.endpoint.split('/').at(-1) === endpoint.split('/').at(-1)) ?? knownRuntimes[0]
}
