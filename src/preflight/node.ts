import { paths } from '../config/paths.ts'
import type { NodeRegistration } from '../config/v1beta4.ts'
import { cgroups, cgroupVersion } from './cgroups.ts'
import type { Check } from './check.ts'
import type { KubeletSettings } from './facts.ts'
import { nodeName } from './host-name.ts'
import { kernelOptions, kernelVersion } from './kernel.ts'
import { kubeletService } from './kubelet.ts'
import { programExists } from './programs.ts'
import { swap } from './resources.ts'
import { containerRuntime, containerRuntimeVersion } from './runtime.ts'
import { writable } from './writable.ts'

/** What every machine of a cluster needs. */
export function nodeChecks(node: NodeRegistration, kubelet: KubeletSettings): readonly Check[] {
  return [
    writable(paths.kubernetes),
    writable(paths.kubelet),
    containerRuntime(node.criSocket),
    containerRuntimeVersion(node.criSocket),
    swap(kubelet),
    programExists('losetup', 'The kubelet', 'mount'),
    programExists('mount', 'The kubelet', 'mount'),
    programExists('cp', 'The kubelet', 'coreutils'),
    kernelVersion,
    kernelOptions(cgroupVersion),
    cgroups(kubelet),
    nodeName(node.name),
    kubeletService,
  ]
}
