import t from 'tap'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { main } from '../../src/cli/main.ts'
import { kubeconfigFor, kubeconfigToText } from '../../src/cluster/kubeconfig.ts'
import { tokenSecret } from '../../src/token/secret.ts'
import { httpsServer, refusal } from '../fixtures/https-server.ts'
import { memoryTerminal } from '../fixtures/terminal.ts'

const token = 'abcdef.0123456789abcdef'
const inAnHour = new Date(Date.now() + 3_650_000)
const encoded = (text: string) => Buffer.from(text).toString('base64')
let secrets: unknown[] = []
const known = new Set(['abcdef', 'ghijkl'])

const server = await httpsServer(({ line }) => {
  if (line.startsWith('GET /api/v1/namespaces/kube-system/secrets')) return { status: 200, body: { kind: 'SecretList', apiVersion: 'v1', items: secrets } }
  if (line.startsWith('POST')) return { status: 201, body: { kind: 'Secret', apiVersion: 'v1' } }
  if (line.startsWith('DELETE')) return known.has(line.slice(-6)) ? { status: 200, body: { kind: 'Status', apiVersion: 'v1', status: 'Success' } } : refusal(404, 'NotFound')
  return refusal(404, 'NotFound')
})
t.teardown(server.close)
const kubeconfig = join(mkdtempSync(join(tmpdir(), 'token-')), 'admin.conf')
writeFileSync(kubeconfig, kubeconfigToText(kubeconfigFor({ clusterName: 'kubernetes', server: server.url, ca: server.ca, user: 'admin', credential: { token: 'x' } })))

async function run(...argv: readonly string[]) {
  const { terminal, output, errors } = memoryTerminal()
  const before = server.asked.length
  const code = await main(['token', ...argv, ...argv[0] === 'generate' ? [] : ['--kubeconfig', kubeconfig]], terminal)
  const sent = server.asked.slice(before).filter(({ line }) => line.startsWith('POST')).map(({ body }) => JSON.parse(body) as { data: Record<string, string> })
  return { code, output: output(), errors: errors(), sent: sent[0] && Object.fromEntries(Object.entries(sent[0].data).map(([name, value]) => [name, Buffer.from(value, 'base64').toString()])) }
}

t.test('a random token, another each time', async t => {
  const [one, other] = [await run('generate'), await run('generate')]
  t.match(one, { code: 0, errors: '', output: /^[a-z0-9]{6}\.[a-z0-9]{16}\n$/ })
  t.not(one.output, other.output)
})

t.test('a created token is printed, with a day to live, for signing and authentication', async t => {
  const { output, sent } = await run('create')
  t.match(sent, { 'usage-bootstrap-signing': 'true', 'usage-bootstrap-authentication': 'true', 'auth-extra-groups': 'system:bootstrappers:kubeadm:default-node-token' })
  t.equal(output, `${sent?.['token-id']}.${sent?.['token-secret']}\n`)
  const hours = (Date.parse(sent?.['expiration'] ?? '') - Date.now()) / 3_600_000
  t.ok(hours > 23.9 && hours <= 24, `${hours} h`)
})

t.test('as it was asked for: this token, for ever, described, for others', async t => {
  const { sent } = await run('create', token, '--ttl', '0', '--description', 'for the shop', '--groups', 'system:bootstrappers:shop,system:bootstrappers:all')
  t.match(sent, { 'token-id': 'abcdef', description: 'for the shop', 'auth-extra-groups': 'system:bootstrappers:shop,system:bootstrappers:all' })
  t.notOk('expiration' in (sent ?? {}))
})

t.test('the whole join command', async t => {
  t.match((await run('create', token, '--print-join-command')).output, new RegExp(`^kubeadm join ${server.endpoint} --token ${token} --discovery-token-ca-cert-hash sha256:[0-9a-f]{64}\n$`))
  t.match(JSON.parse((await run('create', token, '-o', 'json')).output.split('\n').at(-2) ?? ''), { type: 'result', token, joinCommand: /^kubeadm join/ })
})

t.test('a token that nodes cannot join with has no join command, and one that does not authenticate no groups', async t => {
  const { code, sent } = await run('create', '--usages', 'signing')
  t.equal(code, 0)
  t.notOk('auth-extra-groups' in (sent ?? {}))
  t.notOk('usage-bootstrap-authentication' in (sent ?? {}))
  t.notMatch((await run('create', '--usages', 'authentication', '-o', 'json')).output, /joinCommand/)
  t.match(await run('create', '--usages', 'signing', '--print-join-command'), { code: 1, errors: /signing and authentication/, sent: undefined })
  t.match(await run('create', '--usages', 'signing', '--groups', 'system:bootstrappers:x'), { code: 1, errors: /--groups needs/, sent: undefined })
  t.match((await run('create', '--usages=', '--groups=')).sent, { 'usage-bootstrap-signing': 'true', 'usage-bootstrap-authentication': 'true', 'auth-extra-groups': /default-node-token/ })
})

t.test('what cannot be is refused before anything is asked, and a secret is never shown', async t => {
  for (const [argv, says] of [
    [['ABCDEF.0123456789abcdef'], /malformed/], [[`${token}0`], /24 characters/], [['--ttl', 'soon'], /--ttl soon/], [['--ttl=-1h'], /--ttl -1h/], [['--ttl', '5'], /--ttl 5/],
    [['--usages', 'signing,joining'], /no usage "joining"/], [['--groups', 'system:masters'], /"system:masters" is not a group/],
  ] as const) {
    const { code, errors, sent } = await run('create', ...argv)
    t.match({ code, errors, sent }, { code: 1, errors: says, sent: undefined })
    t.notMatch(errors, /0123456789abcdef/)
  }
})

t.test('the list: the first to end on top, times as kubectl has them', async t => {
  const secret = (id: string, more: object) => tokenSecret({ token: `${id}.0123456789abcdef`, usages: ['signing', 'authentication'], groups: [], ...more }, new Date())
  secrets = [
    secret('aaaaaa', { ttl: '0s' }), secret('bbbbbb', { expires: inAnHour.toISOString(), description: 'shop' }),
    { ...secret('cccccc', {}), data: { ...secret('cccccc', {}).data, expiration: encoded('tomorrow') } },
    secret('dddddd', { expires: '2020-01-01T00:00:00Z' }),
    { ...secret('eeeeee', {}), metadata: { name: 'something-else', namespace: 'kube-system' } },
  ]
  const lines = (await run('list')).output.split('\n')
  t.match(lines[0], /^TOKEN +TTL +EXPIRES +USAGES +DESCRIPTION +EXTRA GROUPS$/)
  t.match(lines[1], /^cccccc\.0123456789abcdef +<invalid> /, 'a time that cannot be read has passed')
  t.match(lines[2], /^dddddd\.\w+ +<invalid> +2020-01-01T00:00:00Z/)
  t.match(lines[3], /^bbbbbb\.\w+ +60m +\S+Z +authentication,signing +shop +<none>$/)
  t.match(lines[4], /^aaaaaa\.\w+ +<forever> +<never> /)
  t.equal(lines.length, 6)
  t.match(JSON.parse((await run('list', '-o', 'json')).output), { tokens: [{ token: 'cccccc.0123456789abcdef' }, {}, { description: 'shop' }, { token: /^aaaaaa/ }] })
})

t.test('deleted by id or whole, and named by the id only', async t => {
  t.match(await run('delete', 'abcdef', 'ghijkl.0123456789abcdef'), { code: 0, output: 'bootstrap token "abcdef" deleted\nbootstrap token "ghijkl" deleted\n' })
  t.match(await run('delete', 'zzzzzz'), { code: 1, errors: /no token with the id zzzzzz/ })
  t.match(await run('delete', 'nonsense'), { code: 1, errors: /malformed/ })
})

t.test('no kubeconfig, or a broken one', async t => {
  const { terminal, errors } = memoryTerminal()
  t.equal(await main(['token', 'list', '--kubeconfig', '/none'], terminal), 1)
  t.match(errors(), /There is no kubeconfig \/none/)
})
