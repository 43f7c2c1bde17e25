import type { HostFacts } from '../config/facts.ts'
import { detectCriSockets } from './cri-sockets.ts'
import type { Host } from './host.ts'
import { kubeletVersionOutput } from './kubelet-version.ts'

/** Everything the configuration's defaults depend on, looked up side by side. */
export async function gatherFacts(host: Host): Promise<HostFacts> {
  const [advertiseAddress, criSockets, resolved, kubelet] = await Promise.all([
    host.machine.defaultAddress(),
    detectCriSockets(host.files),
    host.services.status('systemd-resolved'),
    kubeletVersionOutput(host),
  ])
  const kubeletVersion = /v\d+\.\d+\.\d+\S*/.exec(kubelet.stdout)?.[0]
  return {
    hostname: host.machine.hostname(),
    advertiseAddress,
    criSockets,
    resolvedActive: resolved.active,
    ...kubeletVersion !== undefined && { kubeletVersion },
  }
}
