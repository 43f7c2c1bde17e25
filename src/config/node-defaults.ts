import { Problem } from '../core/problem.ts'
import type { HostFacts } from './facts.ts'
import { given } from './given.ts'
import { addressKind, parseAddress } from './ip.ts'
import type { Argument, LocalAPIEndpoint, NodeRegistration, Taint, Timeouts } from './v1beta4.ts'
import type { InitDocument } from './documents.ts'

type NodeDocument = NonNullable<InitDocument['nodeRegistration']>
type EndpointDocument = NonNullable<InitDocument['localAPIEndpoint']>
type TimeoutsDocument = NonNullable<InitDocument['timeouts']>
type ArgumentDocument = NonNullable<NodeDocument['kubeletExtraArgs']>[number]

const defaultCriSocket = 'unix:///var/run/containerd/containerd.sock'
export const defaultBindPort = 6443
/** The taint that keeps ordinary Pods off a control plane. */
export const controlPlaneTaint: Taint = { key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }

interface NodeFlags {
  readonly nodeName?: string
  readonly criSocket?: string
  readonly ignorePreflightErrors?: readonly string[]
}

/** `taints` are those of a node whose configuration names none; an empty list in the file means none. */
export function nodeRegistration(
  document: NodeDocument = {}, flags: NodeFlags, facts: HostFacts, taints: readonly Taint[],
): NodeRegistration {
  const kubeletExtraArgs = argumentsOf(document.kubeletExtraArgs)
  // The kubelet registers under this name whatever else is configured: certificates have to be made for it.
  const override = kubeletExtraArgs.findLast(argument => argument.name === 'hostname-override')?.value
  return {
    name: (given(flags.nodeName, override, document.name) ?? facts.hostname).trim().toLowerCase(),
    criSocket: criSocket(given(flags.criSocket, document.criSocket), facts),
    taints: document.taints?.map(({ key = '', value, effect }) => ({
      key, ...value !== undefined && { value }, effect: effect ?? 'NoSchedule',
    })) ?? taints,
    kubeletExtraArgs,
    ignorePreflightErrors: union(document.ignorePreflightErrors, flags.ignorePreflightErrors),
    imagePullPolicy: document.imagePullPolicy ?? 'IfNotPresent',
    imagePullSerial: document.imagePullSerial ?? true,
  }
}

export function argumentsOf(documents: readonly ArgumentDocument[] = []): readonly Argument[] {
  return documents.map(({ name = '', value = '' }) => ({ name, value }))
}

/** Both lists without doubles; check names are compared without case. */
export function union(one: readonly string[] = [], other: readonly string[] = []): readonly string[] {
  return [...new Map([...one, ...other].map(name => [name.toLowerCase(), name])).values()]
}

/** The endpoint that was asked for, with its scheme, or the only one found. Several found is a Problem: nobody may guess. */
export function criSocket(asked: string | undefined, { criSockets }: Pick<HostFacts, 'criSockets'>): string {
  if (asked !== undefined) return asked.startsWith('/') ? `unix://${asked}` : asked
  const [first = defaultCriSocket, second] = criSockets
  if (second === undefined) return first
  throw new Problem('cri-socket-ambiguous', `This machine has several container runtimes: ${criSockets.join(', ')}.`,
    [`Say which one to use: --cri-socket=${first}`])
}

/** Addresses that mean "any" stand for the machine's own, as upstream has it. No such address is a Problem. */
export function localAPIEndpoint(
  document: EndpointDocument = {}, flags: { readonly apiserverAdvertiseAddress?: string, readonly apiserverBindPort?: number }, facts: HostFacts,
): LocalAPIEndpoint {
  const asked = given(flags.apiserverAdvertiseAddress, document.advertiseAddress)
  const parsed = asked === undefined ? undefined : parseAddress(asked)
  const any = asked === undefined || (parsed !== undefined && addressKind(parsed) === 'unspecified')
  const advertiseAddress = any ? facts.advertiseAddress : asked
  if (advertiseAddress === undefined) {
    throw new Problem('advertise-address-unknown', 'This machine has no default route, so the address that other machines reach it at is unknown.',
      ['Say which one it is: --apiserver-advertise-address=<address>', 'Look them up: ip address'])
  }
  return { advertiseAddress, bindPort: flags.apiserverBindPort ?? given(document.bindPort) ?? defaultBindPort }
}

export function timeouts(document: TimeoutsDocument = {}): Timeouts {
  return {
    controlPlaneComponentHealthCheck: document.controlPlaneComponentHealthCheck ?? '4m0s',
    kubeletHealthCheck: document.kubeletHealthCheck ?? '4m0s',
    kubernetesAPICall: document.kubernetesAPICall ?? '1m0s',
    etcdAPICall: document.etcdAPICall ?? '2m0s',
    tlsBootstrap: document.tlsBootstrap ?? '5m0s',
    discovery: document.discovery ?? '5m0s',
    upgradeManifests: document.upgradeManifests ?? '5m0s',
  }
}
