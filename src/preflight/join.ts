import { parseAddress, splitHostPort } from '../config/ip.ts'
import { paths } from '../config/paths.ts'
import type { JoinConfiguration } from '../config/v1beta4.ts'
import { newestVersion } from '../config/versions.ts'
import type { Emit } from '../core/event.ts'
import type { Host } from '../host/host.ts'
import type { Check } from './check.ts'
import type { KubeletSettings } from './facts.ts'
import { forwarding } from './kernel-settings.ts'
import { kubeletVersion } from './kubelet.ts'
import { fileAvailable } from './leftovers.ts'
import { checkMachine, type Before } from './machine.ts'
import { noMembership } from './membership.ts'
import { nodeChecks } from './node.ts'
import { portFree, ports } from './ports.ts'
import { apiServerProxy } from './proxy.ts'

/** Refuses a machine that could not join; throws the Problem `preflight-failed`. `kubelet` is what the cluster has for its kubelets, `{}` where it cannot be had. */
export async function checkJoin(join: JoinConfiguration, host: Host, resuming: boolean, emit: Emit, kubelet: KubeletSettings): Promise<void> {
  await checkMachine(host, join.nodeRegistration.ignorePreflightErrors, emit, resuming, before => joinChecks(join, before, kubelet))
}

/** What a machine looks at before it joins. */
export function joinChecks(join: JoinConfiguration, before: Before, kubelet: KubeletSettings = async () => ({})): readonly Check[] {
  const server = splitHostPort(join.discovery.bootstrapToken?.apiServerEndpoint ?? '')?.host
  const family = server === undefined ? undefined : parseAddress(server)?.family
  return [
    ...before.membership === undefined ? [] : [noMembership(before.membership)],
    ...before.resuming || before.membership !== undefined ? [] : [
      fileAvailable(paths.kubeletConf),
      fileAvailable(paths.bootstrapKubeletConf),
      portFree(ports.kubelet, 'kubelet'),
      ...join.controlPlane === undefined ? [fileAvailable(join.caCertPath)] : [],
    ],
    ...nodeChecks(join.nodeRegistration, kubelet),
    kubeletVersion(newestVersion),
    ...server === undefined ? [] : [apiServerProxy(server)],
    ...family === undefined ? [] : [forwarding(family)],
  ]
}
