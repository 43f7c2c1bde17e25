import {
  addressKind, cidrContains, cidrSize, cidrsOverlap, formatCidr, parseAddress, parseCidr, splitHostPort, type Cidr,
} from '../ip.ts'
import type { ClusterConfiguration, InitPlan, LocalAPIEndpoint } from '../v1beta4.ts'
import type { FieldPath, Rule, Violation } from './rule.ts'
import { isCertificateName, isSubdomain } from './text.ts'

const podSubnet: FieldPath = ['ClusterConfiguration', 'networking', 'podSubnet']
const serviceSubnet: FieldPath = ['ClusterConfiguration', 'networking', 'serviceSubnet']
const nodeMask = { 4: 24, 6: 64 } as const
// A port of another program of a control plane, which would take it first.
const takenPorts: Readonly<Record<number, string>> = {
  2379: 'etcd', 2380: 'etcd', 10248: 'the kubelet', 10250: 'the kubelet', 10256: 'kube-proxy',
  10257: 'kube-controller-manager', 10259: 'kube-scheduler',
}

/** One network, or one of each family. */
function networks(text: string, field: FieldPath, example: string): { readonly cidrs: readonly Cidr[], readonly violations: readonly Violation[] } {
  const parts = text.split(',').map(part => part.trim())
  const cidrs = parts.map(parseCidr).filter(cidr => cidr !== undefined)
  const malformed = parts.filter(part => parseCidr(part) === undefined)
  const violations = [
    ...malformed.map(part => ({ field, what: `"${part}" is not a network.`, fix: `Write a network such as ${example}.` })),
    ...parts.length > 2 || (cidrs.length === 2 && cidrs[0]?.family === cidrs[1]?.family) ? [{
      field, what: `"${text}" names more than one network of a family.`, fix: 'Give one network, or one IPv4 and one IPv6 network with a comma between.',
    }] : [],
  ]
  return { cidrs, violations }
}

const podNetworks = ({ networking }: ClusterConfiguration) => networking.podSubnet === ''
  ? { cidrs: [], violations: [] } : networks(networking.podSubnet, podSubnet, '10.244.0.0/16')
const serviceNetworks = ({ networking }: ClusterConfiguration) => networks(networking.serviceSubnet, serviceSubnet, '10.96.0.0/12')

/** Whether the cluster's own Service addresses can be taken from the Service range. */
export function serviceSubnetUsable(cluster: ClusterConfiguration): boolean {
  const [first] = serviceNetworks(cluster).cidrs
  return first !== undefined && cidrSize(first) > 10n && parseCidr(cluster.networking.serviceSubnet.split(',')[0]?.trim() ?? '') !== undefined
}

/** The kube-apiserver keeps a bitmap of its addresses, so that the range may be neither tiny nor huge. */
export const serviceRange: Rule<InitPlan> = ({ cluster }) => {
  const { cidrs, violations } = serviceNetworks(cluster)
  return [...violations, ...cidrs.flatMap((cidr): readonly Violation[] => {
    const width = (cidr.family === 4 ? 32 : 128) - cidr.prefix
    if (cidrSize(cidr) <= 10n) {
      return [{ field: serviceSubnet, what: `${formatCidr(cidr)} has ${cidrSize(cidr)} addresses; Services need more than 10.`, fix: 'Widen it, for example to 10.96.0.0/12.' }]
    }
    return width > 20 ? [{
      field: serviceSubnet, what: `${formatCidr(cidr)} is larger than kube-apiserver takes.`, fix: `Narrow it to a prefix of /${cidr.family === 4 ? 12 : 108} or longer.`,
    }] : []
  })]
}

/** Every node gets a slice of the Pod range from kube-controller-manager, which looks at 16 bits for them at most. */
export const podRange: Rule<InitPlan> = ({ cluster }) => {
  const { cidrs, violations } = podNetworks(cluster)
  const argument = (name: string) => cluster.controllerManager.extraArgs.findLast(entry => entry.name === name)?.value
  return [...violations, ...cidrs.flatMap((cidr): readonly Violation[] => {
    if (cidrSize(cidr) < 14n) {
      return [{ field: podSubnet, what: `${formatCidr(cidr)} has ${cidrSize(cidr)} addresses; Pods need 14 or more.`, fix: 'Widen it, for example to 10.244.0.0/16.' }]
    }
    if (argument('allocate-node-cidrs') === 'false') return []
    const mask = Number(argument(`node-cidr-mask-size-ipv${cidr.family}`) ?? argument('node-cidr-mask-size') ?? nodeMask[cidr.family])
    if (cidr.prefix > mask) {
      return [{ field: podSubnet, what: `${formatCidr(cidr)} is smaller than the /${mask} that every node gets of it.`, fix: `Widen it to a prefix of /${mask - 8} or so, or give kube-controller-manager a longer node-cidr-mask-size-ipv${cidr.family}.` }]
    }
    return mask - cidr.prefix > 16 ? [{
      field: podSubnet, what: `${formatCidr(cidr)} is more than 16 bits larger than the /${mask} that every node gets of it.`,
      fix: `Narrow it to a prefix of /${mask - 16} or longer, or give kube-controller-manager a shorter node-cidr-mask-size-ipv${cidr.family}.`,
    }] : []
  })]
}

/** An address may not be a Pod's, a Service's and a node's at once. */
export const rangesApart: Rule<InitPlan> = ({ cluster, localAPIEndpoint }) => {
  const services = serviceNetworks(cluster).cidrs
  const address = parseAddress(localAPIEndpoint.advertiseAddress)
  return [
    ...podNetworks(cluster).cidrs.flatMap(pods => services.filter(service => cidrsOverlap(pods, service)).map(service => ({
      field: podSubnet, what: `${formatCidr(pods)} overlaps the Service range ${formatCidr(service)}.`,
      fix: 'Choose ranges apart, for example 10.244.0.0/16 for Pods and 10.96.0.0/12 for Services.',
    }))),
    ...services.filter(service => address !== undefined && cidrContains(service, address)).map(service => ({
      field: serviceSubnet, what: `${formatCidr(service)} holds this machine's own address ${localAPIEndpoint.advertiseAddress}.`,
      fix: 'Choose a Service range that is used nowhere in your network, with --service-cidr.',
    })),
  ]
}

export const names: Rule<InitPlan> = ({ cluster }) => [
  ...isSubdomain(cluster.networking.dnsDomain) ? [] : [{
    field: ['ClusterConfiguration', 'networking', 'dnsDomain'] as const, what: `"${cluster.networking.dnsDomain}" is no DNS domain.`, fix: 'Write a domain such as cluster.local.',
  }],
  ...endpointWellFormed(cluster.controlPlaneEndpoint) ? [] : [{
    field: ['ClusterConfiguration', 'controlPlaneEndpoint'] as const, what: `"${cluster.controlPlaneEndpoint}" is no host or host:port.`,
    fix: 'Write a name or an address, for example master.example.com:6443, without https://.',
  }],
  ...certificateNames(cluster.apiServer.certSANs, ['ClusterConfiguration', 'apiServer', 'certSANs']),
  ...certificateNames(cluster.etcd.local?.serverCertSANs ?? [], ['ClusterConfiguration', 'etcd', 'local', 'serverCertSANs']),
  ...certificateNames(cluster.etcd.local?.peerCertSANs ?? [], ['ClusterConfiguration', 'etcd', 'local', 'peerCertSANs']),
]

function endpointWellFormed(endpoint: string): boolean {
  const parts = splitHostPort(endpoint)
  return endpoint === '' || (parts !== undefined && (parseAddress(parts.host) !== undefined || isSubdomain(parts.host.toLowerCase())))
}

function certificateNames(list: readonly string[], field: FieldPath): readonly Violation[] {
  return list.flatMap((name, index) => isCertificateName(name) ? [] : [{
    field: [...field, index] as const, what: `"${name}" is neither an IP address nor a DNS name.`, fix: 'Write an address, a name, or a wildcard such as *.example.com.',
  }])
}

/** The address and port of this machine's API server. */
export function endpointViolations({ advertiseAddress, bindPort }: LocalAPIEndpoint, ...parent: FieldPath): readonly Violation[] {
  const address = parseAddress(advertiseAddress)
  const kind = address && addressKind(address)
  const taken = takenPorts[bindPort]
  return [
    ...kind === 'unicast' ? [] : [{
      field: [...parent, 'advertiseAddress'] as const,
      what: kind === undefined ? `"${advertiseAddress}" is not an IP address.` : `${advertiseAddress} is a ${kind} address, which other machines cannot reach.`,
      fix: 'Give an address of this machine that other machines reach: --apiserver-advertise-address=<address>',
    }],
    ...Number.isInteger(bindPort) && bindPort >= 1 && bindPort <= 65535 ? [] : [{
      field: [...parent, 'bindPort'] as const, what: `${bindPort} is not a port.`, fix: 'Give a number from 1 to 65535; 6443 is usual.',
    }],
    ...taken === undefined ? [] : [{
      field: [...parent, 'bindPort'] as const, what: `${bindPort} is the port of ${taken}.`, fix: 'Choose another port; 6443 is usual.',
    }],
  ]
}
