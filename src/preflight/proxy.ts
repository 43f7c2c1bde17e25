import { cidrContains, cidrSize, formatAddress, joinHostPort, parseAddress, parseCidr, splitHostPort } from '../config/ip.ts'
import type { Check } from './check.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** Whether kubectl and the components would go through a proxy to an API server. */
export function apiServerProxy(host: string): Check {
  return {
    name: 'HTTPProxy',
    run: async facts => {
      const environment = facts.host.machine.environment()
      const proxy = proxyFor(joinHostPort(host, 6443), environment)
      return proxy === undefined ? [] : [{
        level: 'warning',
        message: `Connections to the API server at ${host} go through the proxy ${withoutPassword(proxy)}.`,
        fix: [exempt(environment, host)],
      }]
    },
  }
}

/** The same for the addresses of Services and Pods. Empty networks are passed over. */
export function networkProxy(network: string): Check {
  return {
    name: 'HTTPProxyCIDR',
    run: async facts => {
      if (network === '') return []
      const cidr = parseCidr(network)
      if (cidr === undefined) {
        return [{ level: 'error', message: `"${network}" is not a network.`, fix: ['Write it as 10.96.0.0/12: networking.serviceSubnet, networking.podSubnet'] }]
      }
      const first = formatAddress({ family: cidr.family, value: cidr.base + (cidrSize(cidr) > 1n ? 1n : 0n) })
      const environment = facts.host.machine.environment()
      const proxy = proxyFor(joinHostPort(first, 1234), environment)
      return proxy === undefined ? [] : [{
        level: 'warning',
        message: `Connections to ${network} go through the proxy ${withoutPassword(proxy)}; Pods and Services cannot be reached that way.`,
        fix: [exempt(environment, network)],
      }]
    },
  }
}

/** The proxy for an https URL at `target` (host:port), by the same variables and exceptions as Go's programs. */
export function proxyFor(target: string, environment: Environment): string | undefined {
  const proxy = environment['HTTPS_PROXY'] || environment['https_proxy']
  const { host, port } = splitHostPort(target) ?? { host: target, port: undefined }
  const name = host.toLowerCase().replace(/\.$/, '')
  if (!proxy || name === 'localhost') return undefined
  const address = parseAddress(name)
  if (address?.family === 4 ? address.value >> 24n === 127n : address?.value === 1n) return undefined

  const excepted = exceptions(environment).some(entry => {
    const text = entry.toLowerCase().trim()
    if (text === '') return false
    if (text === '*') return true
    const network = parseCidr(text)
    if (network !== undefined) return address !== undefined && cidrContains(network, address)
    const exception = splitHostPort(text)
    if (exception === undefined || exception.port !== undefined && exception.port !== port) return false
    const other = parseAddress(exception.host)
    if (other !== undefined) return address !== undefined && other.family === address.family && other.value === address.value
    const domain = exception.host.replace(/^\*\./, '.')
    return domain.startsWith('.') ? name.endsWith(domain) : name === domain || name.endsWith(`.${domain}`)
  })
  return excepted ? undefined : proxy
}

function exceptions(environment: Environment): readonly string[] {
  return (environment['NO_PROXY'] || environment['no_proxy'] || '').split(',')
}

function exempt(environment: Environment, what: string): string {
  return `export NO_PROXY=${[...exceptions(environment).filter(entry => entry !== ''), what].join(',')}`
}

function withoutPassword(proxy: string): string {
  return proxy.replace(/\/\/[^@/]*@/, '//')
}
