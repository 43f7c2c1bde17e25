import { formatAddress, joinHostPort, parseAddress, splitHostPort } from './ip.ts'
import type { ControlPlane } from './v1beta4.ts'

type Endpoints = Pick<ControlPlane, 'localAPIEndpoint'> & { readonly cluster: Pick<ControlPlane['cluster'], 'controlPlaneEndpoint'> }

/** The https URL at which the whole cluster finds its API server: controlPlaneEndpoint (its port defaults to bindPort), or this node's address. */
export function controlPlaneUrl(configuration: Endpoints): string {
  const endpoint = splitHostPort(configuration.cluster.controlPlaneEndpoint)
  if (endpoint === undefined) return localUrl(configuration)
  return `https://${joinHostPort(endpoint.host, endpoint.port ?? configuration.localAPIEndpoint.bindPort)}`
}

/** `host:port` of a URL: the port that a URL leaves out is not the one that is meant elsewhere when none is written. */
export function hostPortOf(url: string): string {
  const { protocol, hostname, port } = new URL(url)
  return `${hostname}:${port || (protocol === 'http:' ? 80 : 443)}`
}

/** The https URL of this node's own API server. */
export function localUrl({ localAPIEndpoint: { advertiseAddress, bindPort } }: Endpoints): string {
  const address = parseAddress(advertiseAddress)
  return `https://${joinHostPort(address === undefined ? advertiseAddress : formatAddress(address), bindPort)}`
}
