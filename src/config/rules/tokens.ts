import type { BootstrapToken, InitPlan } from '../v1beta4.ts'
import type { FieldPath, Rule, Violation } from './rule.ts'

const tokenForm = /^[a-z0-9]{6}\.[a-z0-9]{16}$/
/** What the API server lets a bootstrap token claim. Source: Kubernetes' bootstrap token authenticator. */
export function isTokenGroup(group: string): boolean {
  return /^system:bootstrappers:[a-z0-9:-]{0,255}[a-z0-9]$/.test(group)
}

/** Says how a token is wrong without showing it. */
export function tokenViolations(token: string, field: FieldPath): readonly Violation[] {
  return tokenForm.test(token) ? [] : [{
    field, what: token === '' ? 'is missing.' : `is not a token: ${flaw(token)}`, code: 'token-malformed',
    fix: 'Check your token: 6 lower-case letters or digits, a dot and 16 more. "kubeadm token create" on a master makes a new one.',
  }]
}

function flaw(token: string): string {
  const bad = token.search(/[^a-z0-9.]/)
  if (bad >= 0) return `character ${bad + 1} of ${token.length} is neither a lower-case letter, a digit nor a dot.`
  const dots = token.split('.')
  if (dots.length !== 2) return `it has ${dots.length - 1} dots instead of one.`
  return `it has ${dots[0]?.length} and ${dots[1]?.length} characters around the dot instead of 6 and 16.`
}

export const bootstrapTokens: Rule<InitPlan> = ({ init }) => [
  ...init.bootstrapTokens.flatMap((token, index) => tokenFields(token, ['InitConfiguration', 'bootstrapTokens', index])),
  ...init.bootstrapTokens.flatMap(({ token }, index) =>
    init.bootstrapTokens.findIndex(other => other.token.slice(0, 6) === token.slice(0, 6)) < index ? [{
      field: ['InitConfiguration', 'bootstrapTokens', index, 'token'] as const, what: 'begins like an earlier token; the first 6 characters are its name.',
      fix: 'Give every token a beginning of its own.',
    }] : []),
]

function tokenFields(token: BootstrapToken, at: FieldPath): readonly Violation[] {
  return [
    ...tokenViolations(token.token, [...at, 'token']),
    ...token.ttl !== undefined && token.expires !== undefined ? [{
      field: [...at, 'expires'] as const, what: 'and ttl are both given.', fix: 'Keep one of them.',
    }] : [],
    ...token.groups.flatMap((group, index) => isTokenGroup(group) ? [] : [{
      field: [...at, 'groups', index] as const, what: `"${group}" is no group of bootstrap tokens.`, fix: 'Write a group such as system:bootstrappers:kubeadm:default-node-token.',
    }]),
    ...token.groups.length > 0 && !token.usages.includes('authentication') ? [{
      field: [...at, 'usages'] as const, what: 'lacks "authentication", which groups are for.', fix: 'Add authentication to the usages.',
    }] : [],
  ]
}
