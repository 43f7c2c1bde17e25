import type { V1Secret } from '@kubernetes/client-node'
import type { KubernetesObject } from '../cluster/cluster.ts'
import { parseDuration } from '../config/duration.ts'
import type { BootstrapToken } from '../config/v1beta4.ts'
import { parseToken } from './token.ts'

/** A bootstrap token as the cluster knows it. */
export interface TokenRecord {
  readonly id: string
  readonly secret: string
  /** Undefined: it never expires. */
  readonly expires: Date | undefined
  readonly usages: readonly string[]
  readonly description: string
  readonly groups: readonly string[]
}

/** The Secret type that the API server's bootstrap token authenticator reads. */
export const tokenSecretType = 'bootstrap.kubernetes.io/token'
const usagePrefix = 'usage-bootstrap-'

export function secretName(tokenId: string): string {
  return `bootstrap-token-${tokenId}`
}

/** The Secret of kube-system that makes a token known; its time to live counts from `now`. */
export function tokenSecret(token: BootstrapToken, now: Date): KubernetesObject & { readonly data: Readonly<Record<string, string>> } {
  const { id, secret } = parseToken(token.token)
  const expiration = expirationOf(token, now)
  const data = {
    'token-id': id,
    'token-secret': secret,
    ...token.description !== undefined && token.description !== '' && { description: token.description },
    ...expiration !== undefined && { expiration },
    ...Object.fromEntries(token.usages.map(usage => [`${usagePrefix}${usage}`, 'true'])),
    ...token.groups.length > 0 && { 'auth-extra-groups': token.groups.join(',') },
  }
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: secretName(id), namespace: 'kube-system' },
    type: tokenSecretType,
    data: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')])),
  }
}

/** RFC 3339 in UTC, whole seconds. */
function expirationOf({ ttl, expires }: BootstrapToken, now: Date): string | undefined {
  const lifetime = parseDuration(ttl ?? '0s') ?? 0n
  const date = expires !== undefined ? new Date(expires) : lifetime > 0n ? new Date(now.getTime() + Number(lifetime / 1_000_000n)) : undefined
  return date?.toISOString().replace(/\.\d+Z$/, 'Z')
}

/** To the API server a time that it cannot read has passed. */
function dateOf(expiration: string): Date {
  const date = new Date(expiration)
  return Number.isNaN(date.getTime()) ? new Date(0) : date
}

/** The token in a Secret; undefined when the Secret is none that the API server would accept. */
export function tokenRecord({ metadata, type, data = {} }: V1Secret): TokenRecord | undefined {
  const text = (key: string) => Buffer.from(data[key] ?? '', 'base64').toString()
  const id = text('token-id')
  const expiration = text('expiration')
  if (type !== tokenSecretType || metadata?.name !== secretName(id) || text('token-secret') === '') return undefined
  return {
    id,
    secret: text('token-secret'),
    expires: expiration === '' ? undefined : dateOf(expiration),
    usages: Object.keys(data).filter(key => key.startsWith(usagePrefix) && text(key) === 'true')
      .map(key => key.slice(usagePrefix.length)).toSorted(),
    description: text('description'),
    groups: text('auth-extra-groups').split(',').filter(group => group !== ''),
  }
}
