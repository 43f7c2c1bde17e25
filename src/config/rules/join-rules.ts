import type { JoinConfiguration } from '../v1beta4.ts'
import { discovery } from './discovery.ts'
import { endpointViolations } from './networks.ts'
import { nodeViolations } from './node.ts'
import type { Rule } from './rule.ts'

const caCertPath: Rule<JoinConfiguration> = ({ caCertPath }) => /^\/.*\.crt$/.test(caCertPath) ? [] : [{
  field: ['JoinConfiguration', 'caCertPath'], what: `"${caCertPath}" is not an absolute path that ends in .crt.`, fix: 'Write a path such as /etc/kubernetes/pki/ca.crt.',
}]

/** `pinRequired`: discovery by token needs a hash of the CA, or the flag that does without. */
export const joinRules = (options: { readonly pinRequired: boolean }): readonly Rule<JoinConfiguration>[] => [
  discovery(options),
  caCertPath,
  join => nodeViolations(join.nodeRegistration, 'JoinConfiguration'),
  join => join.controlPlane === undefined ? []
    : endpointViolations(join.controlPlane.localAPIEndpoint, 'JoinConfiguration', 'controlPlane', 'localAPIEndpoint'),
]
