import semver from 'semver'
import type { ComponentConfiguration } from '../config/v1beta4.ts'
import { Problem } from '../core/problem.ts'
import type { ContainerRuntime, RuntimeStatus } from '../host/container-runtime.ts'
import type { Host } from '../host/host.ts'
import { kubeletVersionOutput } from '../host/kubelet-version.ts'

/** The kubelet's configuration as far as it is known; asked for only where something hangs on it. */
export type KubeletSettings = () => Promise<ComponentConfiguration>

/** The machine, and what several checks want to know of it: looked up once, when first asked for. */
export interface Facts {
  readonly host: Host
  /** Throws a Problem when the kubelet cannot be run. */
  kubeletVersion(): Promise<semver.SemVer>
  /** Throws a Problem when the runtime cannot be reached. */
  runtimeStatus(endpoint: string): Promise<RuntimeStatus>
  close(): void
}

export function facts(host: Host): Facts {
  let version: Promise<semver.SemVer> | undefined
  const runtimes = new Map<string, { readonly runtime: ContainerRuntime, readonly status: Promise<RuntimeStatus> }>()
  return {
    host,
    kubeletVersion: () => version ??= askKubelet(host),
    runtimeStatus: endpoint => {
      const known = runtimes.get(endpoint)
      if (known !== undefined) return known.status
      const runtime = host.containerRuntime(endpoint)
      const status = runtime.status()
      runtimes.set(endpoint, { runtime, status })
      return status
    },
    close: () => { for (const { runtime } of runtimes.values()) runtime.close() },
  }
}

async function askKubelet(host: Host): Promise<semver.SemVer> {
  const { exitCode, stdout, stderr } = await kubeletVersionOutput(host)
  if (exitCode === 127) {
    throw new Problem('kubelet-missing', 'The kubelet is not installed: there is no program "kubelet" in PATH.',
      ['Install it: apt-get install -y kubelet (Debian, Ubuntu) or dnf install -y kubelet (Fedora, RHEL)'])
  }
  const version = semver.parse(/v\d+\.\d+\.\d+\S*/.exec(stdout)?.[0])
  if (exitCode !== 0 || version === null) {
    throw new Problem('kubelet-unusable', `"kubelet --version" does not say a version (exit code ${exitCode}): ${(stderr || stdout).split('\n')[0] ?? ''}`,
      ['Install it again: apt-get install --reinstall kubelet (Debian, Ubuntu) or dnf reinstall kubelet (Fedora, RHEL)'])
  }
  return version
}
