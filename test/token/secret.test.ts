import t from 'tap'
import type { V1Secret } from '@kubernetes/client-node'
import { tokenRecord, tokenSecret } from '../../src/token/secret.ts'

const token = { token: 'abcdef.0123456789abcdef', usages: ['signing', 'authentication'], groups: ['system:bootstrappers:a', 'system:bootstrappers:b'] } as const
const now = new Date('2026-01-01T00:00:00.789Z')
const decoded = (data: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]))

t.test('a token becomes a Secret', async t => {
  const secret = tokenSecret({ ...token, ttl: '24h0m0s', description: 'for you' }, now)
  t.match(secret, { kind: 'Secret', type: 'bootstrap.kubernetes.io/token', metadata: { name: 'bootstrap-token-abcdef', namespace: 'kube-system' } })
  t.strictSame(decoded(secret.data), {
    'token-id': 'abcdef',
    'token-secret': '0123456789abcdef',
    'description': 'for you',
    'expiration': '2026-01-02T00:00:00Z',
    'usage-bootstrap-signing': 'true',
    'usage-bootstrap-authentication': 'true',
    'auth-extra-groups': 'system:bootstrappers:a,system:bootstrappers:b',
  })
})

t.test('a token that never expires, and one with a date', async t => {
  t.notHas(decoded(tokenSecret({ ...token, ttl: '0s' }, now).data), { expiration: String })
  t.equal(decoded(tokenSecret({ ...token, expires: '2030-01-01T01:00:00+01:00' }, now).data)['expiration'], '2030-01-01T00:00:00Z')
})

t.test('there and back', async t => {
  const secret = tokenSecret({ ...token, ttl: '1h0m0s' }, now) as KubernetesSecret
  t.strictSame(tokenRecord(secret), {
    id: 'abcdef', secret: '0123456789abcdef', expires: new Date('2026-01-01T01:00:00Z'), usages: ['authentication', 'signing'],
    description: '', groups: ['system:bootstrappers:a', 'system:bootstrappers:b'],
  })
  t.equal(tokenRecord({ ...secret, type: 'Opaque' }), undefined, 'another type')
  t.equal(tokenRecord({ ...secret, metadata: { name: 'bootstrap-token-ghijkl' } }), undefined, 'a name that is not its own')
})

type KubernetesSecret = ReturnType<typeof tokenSecret> & V1Secret
