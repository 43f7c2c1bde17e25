import { certificatesIn } from '../certs/pem.ts'
import type { Connection } from '../cluster/api.ts'
import { hostPortOf } from '../config/endpoint.ts'
import type { BootstrapToken } from '../config/v1beta4.ts'
import { pinOf } from '../discovery/token.ts'

/** Upstream's spelling of the command that joins a node, with a pin for each certificate of the cluster's CA. */
export function joinCommand({ server, ca }: Connection, token: string): string {
  const pins = certificatesIn(ca).map(pem => `--discovery-token-ca-cert-hash ${pinOf(pem)}`)
  return ['kubeadm join', hostPortOf(server), '--token', token, ...pins].join(' ')
}

/** Whether a node can join with a token: one usage lets it trust the cluster, the other one lets it in. */
export function isForNodes({ usages }: Pick<BootstrapToken, 'usages'>): boolean {
  return usages.includes('signing') && usages.includes('authentication')
}
