import { parseAddress, splitHostPort } from '../ip.ts'
import type { JoinConfiguration, TokenDiscovery } from '../v1beta4.ts'
import type { FieldPath, Rule, Violation } from './rule.ts'
import { isSubdomain } from './text.ts'
import { tokenViolations } from './tokens.ts'

const at = (...path: (string | number)[]): FieldPath => ['JoinConfiguration', 'discovery', ...path]

/** How the node finds its cluster and knows that it is the right one. */
export const discovery = ({ pinRequired }: { readonly pinRequired: boolean }): Rule<JoinConfiguration> => ({ discovery }) => {
  const { bootstrapToken, file, tlsBootstrapToken } = discovery
  if (bootstrapToken === undefined && file === undefined) {
    return [{ field: at('bootstrapToken'), what: 'is missing, and so is a discovery file: there is no cluster to join.', fix: 'Say kubeadm join node --token=<token> <master-ip>' }]
  }
  return [
    ...bootstrapToken !== undefined && file !== undefined ? [{
      field: at('file'), what: 'and discovery by token are both given.', fix: 'Keep one of them.',
    }] : [],
    ...bootstrapToken === undefined ? [] : tokenDiscovery(bootstrapToken, pinRequired),
    ...file !== undefined && file.kubeConfigPath === '' ? [{ field: at('file', 'kubeConfigPath'), what: 'is empty.', fix: 'Give the path of a kubeconfig.' }] : [],
    ...file !== undefined && /^(?!https:)\w+:\/\//.test(file.kubeConfigPath) ? [{
      field: at('file', 'kubeConfigPath'), what: `"${file.kubeConfigPath}" is neither a path nor an https URL.`, fix: 'Give a path, or a URL that begins with https://.',
    }] : [],
    // A discovery token is used for both; saying it twice would not help.
    ...(bootstrapToken === undefined ? tlsBootstrapToken === '' : tlsBootstrapToken === bootstrapToken.token) ? []
      : tokenViolations(tlsBootstrapToken, at('tlsBootstrapToken')),
  ]
}

function tokenDiscovery(discovery: TokenDiscovery, pinRequired: boolean): readonly Violation[] {
  const { token, apiServerEndpoint, caCertHashes, unsafeSkipCAVerification } = discovery
  const parts = splitHostPort(apiServerEndpoint)
  const reachable = parts !== undefined && (parseAddress(parts.host) !== undefined || isSubdomain(parts.host.toLowerCase()))
  return [
    ...tokenViolations(token, at('bootstrapToken', 'token')),
    ...reachable ? [] : [{
      field: at('bootstrapToken', 'apiServerEndpoint'),
      what: apiServerEndpoint === '' ? 'is missing: which master?' : `"${apiServerEndpoint}" is no host or host:port.`,
      fix: 'Give the address of the master, for example 10.0.0.1 or master.example.com:6443, without https://.',
    }],
    ...caCertHashes.flatMap((hash, index) => /^sha256:[0-9a-f]{64}$/i.test(hash) ? [] : [{
      field: at('bootstrapToken', 'caCertHashes', index), what: `"${hash}" is no hash of a CA.`, code: 'ca-hash-malformed',
      fix: 'Write sha256: and 64 hexadecimal digits, as "kubeadm token create --print-join-command" on a master prints it.',
    }]),
    ...pinRequired && caCertHashes.length === 0 && !unsafeSkipCAVerification ? [{
      field: at('bootstrapToken', 'caCertHashes'), what: 'is empty, so that the cluster\'s CA could not be recognised.',
      fix: 'Give --discovery-token-ca-cert-hash, as "kubeadm token create --print-join-command" on a master prints it, or --discovery-token-unsafe-skip-ca-verification.',
    }] : [],
  ]
}
