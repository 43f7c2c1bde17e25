import t from 'tap'
import { memoryHost } from '../../src/host/memory.ts'
import { generateToken, isTokenId, parseToken, sign, verifySignature } from '../../src/token/token.ts'

t.test('a new token has the form of one, and is another one each time', async t => {
  const { random } = memoryHost()
  const token = generateToken(random)
  t.match(token, /^[a-z0-9]{6}\.[a-z0-9]{16}$/)
  t.not(generateToken(random), token)
  t.same(parseToken(token), { id: token.slice(0, 6), secret: token.slice(7) })
})

t.test('a malformed token: what is wrong, without the secret', async t => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ['', /it is empty/],
    ['garbage', /has 7 characters instead of 23/],
    ['abcdef.0123456789ABCDEF', /character 18 of that with the id abcdef is not one of a-z and 0-9/],
    ['abcdef-0123456789abcdef', /character 7 of 23 is not a dot/],
    ['ABCDEF.0123456789abcdef', /character 1 of 23 /],
    ['abcdef.0123456789abcdef0', /that with the id abcdef has 24 characters instead of 23/],
    ['abcdef.0123456.89abcdef', /character 15 /],
    ['abcdef.0123456789abcde\n', /character 23 /],
  ]
  for (const [text, message] of cases) t.throws(() => parseToken(text), { code: 'token-malformed', message }, JSON.stringify(text))
  t.throws(() => parseToken('abcdef.0123456789ABCDEF'), { message: /^(?!.*0123456789)/, fix: [/^(?!.*0123456789)/] })
})

t.test('ids', async t => {
  t.ok(isTokenId('abc123'))
  for (const text of ['', 'abc', 'ABCDEF', 'abcdef.0123456789abcdef']) t.notOk(isTokenId(text), text)
})

t.test('signatures', async t => {
  const token = { id: 'abcdef', secret: '0123456789abcdef' }
  const signature = sign('kind: Config\n', token)
  // By openssl: base64url(header)..base64url(HMAC-SHA-256(secret, header.payload)).
  t.equal(signature, 'eyJhbGciOiJIUzI1NiIsImtpZCI6ImFiY2RlZiJ9..3ZR7IfHD4V0NLYjj9trDyCFIZSwMzkyMpnxx9vCiSPI')
  t.ok(verifySignature(signature, 'kind: Config\n', token))
  t.notOk(verifySignature(signature, 'kind: Konfig\n', token), 'another content')
  t.notOk(verifySignature(signature, 'kind: Config\n', { ...token, secret: '0123456789abcdeg' }), 'another secret')
  t.notOk(verifySignature(signature, 'kind: Config\n', { ...token, id: 'ghijkl' }), 'another token')
  t.notOk(verifySignature('', 'kind: Config\n', token), 'none')
})
