import type { ControlPlane } from '../config/v1beta4.ts'
import type { Phase } from '../core/phase.ts'
import { hostFacts, type HostFacts } from '../manifests/host-facts.ts'
import { kubeApiserverPod } from '../manifests/kube-apiserver.ts'
import { kubeControllerManagerPod } from '../manifests/kube-controller-manager.ts'
import { kubeSchedulerPod } from '../manifests/kube-scheduler.ts'
import type { StaticPod } from '../manifests/static-pod.ts'
import type { ControlPlaneContext } from './context.ts'
import { writeManifest } from './write-manifest.ts'

export const controlPlane: Phase<ControlPlaneContext> = {
  name: 'control-plane',
  summary: 'Write the static Pods of the control plane',
  phases: [
    component('apiserver', 'The static Pod of kube-apiserver', kubeApiserverPod),
    { ...component('controller-manager', 'The static Pod of kube-controller-manager', kubeControllerManagerPod), alongside: true },
    { ...component('scheduler', 'The static Pod of kube-scheduler', kubeSchedulerPod), alongside: true },
  ],
}

function component(
  name: string, summary: string, pod: (configuration: ControlPlane, facts: HostFacts) => StaticPod,
): Phase<ControlPlaneContext> {
  return {
    name,
    summary,
    run: async ({ configuration, host }) => await writeManifest(host, pod(configuration, await hostFacts(host, configuration))),
  }
}
