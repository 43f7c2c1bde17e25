import { hostPortOf } from '../config/endpoint.ts'
import { splitHostPort } from '../config/ip.ts'
import { messageOf, Problem } from '../core/problem.ts'

/** What went wrong with a connection, told apart by code (see Network). */
export function connectionProblem(url: string, error: unknown): Problem {
  const host = hostPortOf(url)
  const { host: name, port } = splitHostPort(host) ?? { host, port: 443 }
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : error instanceof Error ? error.name : ''
  const make = (kind: string, message: string, fix: string) => new Problem(kind, message, [fix], { cause: error })
  switch (code) {
    case 'ECONNREFUSED':
      return make('connection-refused', `Nothing listens at ${host}: the connection was refused.`, `Check address and port, and that the server runs there: curl -k https://${host}/livez`)
    case 'EHOSTUNREACH': case 'ENETUNREACH': case 'EADDRNOTAVAIL': case 'EINVAL':
      return make('host-unreachable', `There is no route to ${host}.`, `Check the address and the network: ip route get ${name}`)
    case 'ENOTFOUND': case 'EAI_AGAIN':
      return make('name-unresolved', `The name ${name} cannot be resolved.`, `Check the name and /etc/resolv.conf: getent hosts ${name}`)
    case 'ETIMEDOUT': case 'TimeoutError': case 'AbortError': case 'UND_ERR_CONNECT_TIMEOUT': case 'UND_ERR_HEADERS_TIMEOUT': case 'UND_ERR_BODY_TIMEOUT':
      return make('timed-out', `${host} did not answer in time.`, `Check the address, and that no firewall drops TCP port ${port}: nc -vz ${name} ${port}`)
    case 'EPROTO': case 'ERR_SSL_WRONG_VERSION_NUMBER': case 'ERR_SSL_PACKET_LENGTH_TOO_LONG':
      return make('not-tls', `What listens at ${host} does not speak TLS.`, 'Check the port: an API server usually has 6443.')
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE': case 'SELF_SIGNED_CERT_IN_CHAIN': case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY': case 'CERT_HAS_EXPIRED': case 'CERT_NOT_YET_VALID': case 'CERT_SIGNATURE_FAILURE':
    case 'ERR_TLS_CERT_ALTNAME_INVALID': case 'UNABLE_TO_GET_ISSUER_CERT': case 'INVALID_CA': case 'INVALID_PURPOSE': case 'CERT_UNTRUSTED':
      return make('certificate-untrusted', `The certificate of ${host} is not trusted: ${messageOf(error)}.`, 'Check that the address belongs to the cluster, and the clock of both machines: date -u')
    default:
      return make('connection-failed', `The connection to ${host} failed: ${messageOf(error)}.`, `Try it by hand: curl -vk https://${host}/livez`)
  }
}
