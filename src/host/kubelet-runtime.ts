import { paths } from '../config/paths.ts'
import { detectCriSockets, knownRuntimes } from './cri-sockets.ts'
import type { Files } from './host.ts'

/** The CRI endpoint that this machine's kubelet uses: what its configuration says, else the first socket that exists. */
export async function kubeletRuntime(files: Files): Promise<string> {
  for (const path of [paths.kubeletInstanceConfig, paths.kubeletConfig]) {
    const found = /^containerRuntimeEndpoint:\s*["']?([^"'\s]+)/m.exec(await files.read(path) ?? '')?.[1]
    if (found !== undefined) return found
  }
  return (await detectCriSockets(files))[0] ?? knownRuntimes[0].endpoint
}
