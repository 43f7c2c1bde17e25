import t from 'tap'
import { main } from '../../src/cli/main.ts'
import { memoryTerminal } from '../fixtures/terminal.ts'

async function run(...argv: readonly string[]) {
  const { terminal, output, errors } = memoryTerminal()
  return { code: await main(argv, terminal), output: output(), errors: errors() }
}

t.test('the version, short and as data', async t => {
  t.match(await run('version', '-o', 'short'), { code: 0, output: /^v1\.\d+\.\d+\n$/, errors: '' })
  t.match(JSON.parse((await run('version', '-o', 'json')).output), { clientVersion: { major: '1', gitVersion: /^v1\./ } })
})

t.test('help names the three main commands and exits with 0', async t => {
  const { code, output } = await run('--help')
  t.equal(code, 0)
  t.match(output, /kubeadm init master/)
  t.match(output, /kubeadm join node --token=<token> <master-ip>/)
  t.match(output, /kubeadm user create bob/)
})

t.test('every command has help with an example or commands below it', async t => {
  for (const command of ['init', 'init phase', 'join', 'reset', 'token create', 'user create', 'user list', 'user revoke', 'certs check-expiration', 'certs renew', 'certs certificate-key', 'certs generate-csr', 'kubeconfig user', 'local-cluster up', 'version']) {
    const { code, output } = await run(...command.split(' '), '--help')
    t.equal(code, 0, command)
    t.match(output, /Examples:/, command)
  }
})

t.test('nothing, an unknown command and an unknown flag are errors that help', async t => {
  t.match(await run(), { code: 1, errors: /command is required/ })
  t.match(await run('innit'), { code: 1, errors: /init/ })
  t.match(await run('init', '--tokn', 'x'), { code: 1, errors: /tokn/ })
})

t.test('a garbage token is refused without being shown, before anything else', async t => {
  for (const argv of [['join', '--token=GARBAGE', 'node', '192.0.2.1'], ['join', 'node', '--token', 'GARBAGE', '192.0.2.1']]) {
    const { code, errors } = await run(...argv)
    t.equal(code, 1)
    t.match(errors, /Unable to join: .*Check your token\./)
    t.notMatch(errors, /GARBAGE/)
  }
})

t.test('too many words for join', async t => {
  t.match(await run('join', '192.0.2.1', 'extra', '--token=abcdef.0123456789abcdef'), { code: 1, errors: /Too many words/ })
})
