import t from 'tap'
import { connectionOf, currentAccess, kubeconfigFor, kubeconfigToText, parseKubeconfig } from '../../src/cluster/kubeconfig.ts'

const bob = kubeconfigFor({
  clusterName: 'kubernetes', server: 'https://192.0.2.10:6443', ca: 'CA', user: 'bob', credential: { cert: 'CERT', key: 'KEY' },
})
const nothing = async () => undefined

t.test('a kubeconfig reads as it was written', async t => {
  t.equal(kubeconfigToText(bob), `apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: Q0E=
    server: https://192.0.2.10:6443
  name: kubernetes
contexts:
- context:
    cluster: kubernetes
    user: bob
  name: bob@kubernetes
current-context: bob@kubernetes
kind: Config
users:
- name: bob
  user:
    client-certificate-data: Q0VSVA==
    client-key-data: S0VZ
`)
  t.strictSame(parseKubeconfig(kubeconfigToText(bob), 'bob'), bob)
})

t.test('cluster-info has no context and no user', async t => {
  const info = parseKubeconfig('clusters:\n- cluster:\n    server: https://a:6443\n  name: ""\ncontexts: null\ncurrent-context: ""\nkind: Config\nusers: null\n', 'cluster-info')
  t.equal(info.clusters[0]?.cluster.server, 'https://a:6443')
  t.strictSame([info.contexts, info.users], [[], []])
  t.throws(() => currentAccess(info, 'cluster-info'), { code: 'kubeconfig-malformed', message: /no current-context/ })
})

t.test('a connection', async t => {
  t.test('from embedded data', async t => {
    t.strictSame(await connectionOf(bob, '/f', nothing), { server: 'https://192.0.2.10:6443', ca: 'CA', cert: 'CERT', key: 'KEY' })
  })
  t.test('from a token', async t => {
    const config = kubeconfigFor({ clusterName: 'k', server: 'https://a:1', ca: 'CA', user: 'u', credential: { token: 'abc' } })
    t.strictSame(await connectionOf(config, '/f', nothing), { server: 'https://a:1', ca: 'CA', token: 'abc' })
  })
  t.test('from files, relative to the kubeconfig', async t => {
    const config = parseKubeconfig(`
clusters: [{name: k, cluster: {server: "https://a:1", certificate-authority: pki/ca.crt}}]
contexts: [{name: c, context: {cluster: k, user: u}}]
users: [{name: u, user: {client-certificate: /pem, client-key: /pem}}]
current-context: c
`, '/etc/f')
    const files: Record<string, string> = { '/etc/pki/ca.crt': 'CA', '/pem': 'BOTH' }
    t.strictSame(await connectionOf(config, '/etc/f', async path => files[path]), { server: 'https://a:1', ca: 'CA', cert: 'BOTH', key: 'BOTH' })
    await t.rejects(connectionOf(config, '/etc/f', nothing), { code: 'kubeconfig-malformed', message: /the file pki\/ca.crt, which does not exist/ })
  })
  t.test('not from a plugin, and not without a CA', async t => {
    const user = { ...bob, users: [{ name: 'bob', user: { exec: { command: 'x' } } }] }
    await t.rejects(connectionOf(user, '/f', nothing), { code: 'kubeconfig-unusable', message: /bob of \/f has neither/ })
    const open = { ...bob, clusters: [{ name: 'kubernetes', cluster: { server: 'https://a:1', 'insecure-skip-tls-verify': true } }] }
    await t.rejects(connectionOf(open, '/f', nothing), { code: 'kubeconfig-malformed', message: /no certificate authority/ })
  })
})

t.test('a malformed file is named with its reason and without its content', async t => {
  for (const [text, message] of [
    ['', 'it is empty'],
    ['- a', 'it is not a mapping'],
    ['a: [s3cret', 'it is not YAML'],
    ['kind: Pod', 'its kind is "Pod"'],
    ['clusters: 5', 'clusters is not a list'],
    ['clusters: [{name: s3cret}]', 'clusters[0] is not a name with a cluster'],
    ['contexts: [{name: a, context: {cluster: b}}]', 'contexts[0].context.user is not text'],
    ['users: [{name: a, user: {token: 12345678}}]', 'users[0].user.token is not text'],
  ] as const) {
    t.test(text, async t => {
      try {
        parseKubeconfig(text, '/root/x')
        t.fail('it was accepted')
      } catch (error) {
        t.match(error, { code: 'kubeconfig-malformed', message: `/root/x is not a usable kubeconfig: ${message}` })
        t.notMatch((error as Error).message, /s3cret|12345678/)
      }
    })
  }
})
