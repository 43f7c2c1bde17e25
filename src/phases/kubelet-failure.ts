import { Problem } from '../core/problem.ts'
import type { Host } from '../host/host.ts'
import { plainLines } from './plain-lines.ts'

/** Why the kubelet will not come up by itself any more: it has failed, was started again by systemd, and failed again. */
export async function kubeletFailure(host: Host): Promise<Problem | undefined> {
  const status = await host.services.status('kubelet')
  if (!status.exists) {
    return new Problem('kubelet-missing', 'There is no kubelet service on this machine.', ['Install the kubelet package, then: systemctl daemon-reload'])
  }
  const failedAgain = status.restarts >= 1 && status.state === 'auto-restart'
  if (!failedAgain && status.state !== 'failed') return undefined
  const lines = plainLines(await host.services.journal('kubelet', 40))
  const cause = lines.findLast(line => /^E\d{4}|^F\d{4}|"command failed"|panic:|failed to/.test(line)) ?? lines.at(-1) ?? 'it left no message'
  const [first = 'journalctl -xeu kubelet', ...rest] = knownFixes(cause)
  return new Problem('kubelet-failing', `The kubelet does not stay up: it ended ${status.restarts + 1} times (${status.result}). Its own words: ${cause}`,
    [first, ...rest, 'Mend the cause and run the same command again.'])
}

function knownFixes(line: string): readonly string[] {
  return [
    [/swap/i, 'Switch swap off: swapoff -a, and remove it from /etc/fstab'],
    [/cgroup v1|failCgroupV1/i, 'Boot with cgroup v2, or set failCgroupV1: false in a KubeletConfiguration document of --config'],
    [/cgroup driver/i, 'Give the kubelet and the container runtime the same cgroup driver (cgroupDriver in KubeletConfiguration)'],
    [/unknown flag|unknown shorthand/i, 'Remove the flag from nodeRegistration.kubeletExtraArgs or /etc/default/kubelet'],
    [/feature gate/i, 'Remove the feature gate from the KubeletConfiguration'],
    [/container runtime|CRI|containerd\.sock/i, 'Start the container runtime: systemctl enable --now containerd'],
  ].flatMap(([pattern, fix]) => (pattern as RegExp).test(line) ? [fix as string] : [])
}
