import type { Connection } from '../cluster/api.ts'
import { pinOf } from '../discovery/token.ts'

/** Upstream's spelling of the command that joins a node, with a pin for each certificate of the cluster's CA. */
export function joinCommand({ server, ca }: Connection, token: string): string {
  const certificates = ca.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  const pins = certificates.map(pem => `--discovery-token-ca-cert-hash ${pinOf(pem)}`)
  return ['kubeadm join', new URL(server).host, '--token', token, ...pins].join(' ')
}
