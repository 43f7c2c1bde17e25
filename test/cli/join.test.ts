import t from 'tap'
import { main } from '../../src/cli/main.ts'
import { memoryTerminal } from '../fixtures/terminal.ts'

const token = '--token=abcdef.0123456789abcdef'

/** Command lines that are refused before anything of the machine is touched. */
async function refused(...argv: readonly string[]) {
  const { terminal, output, errors } = memoryTerminal()
  t.equal(await main(['join', ...argv], terminal), 1, argv.join(' '))
  t.notMatch(output() + errors(), /0123456789abcdef/)
  return errors()
}

t.test('without an address it is asked which master', async t => {
  for (const argv of [[token], ['node', token]]) t.match(await refused(...argv), /master/)
})

t.test('one address only, with or without "node" before it', async t => {
  for (const argv of [['192.0.2.1', '192.0.2.2'], ['node', '192.0.2.1', '192.0.2.2'], ['192.0.2.1', 'node']]) t.match(await refused(...argv, token), /Too many words/)
})

t.test('an address that is none is named', async t => {
  for (const address of ['https://192.0.2.1:6443', '192.0.2.1:0', '192.0.2.1:65536', 'a_b', '[::1', '2001:db8::1:6443:x']) {
    t.match(await refused('node', token, address), /no host or host:port/, address)
  }
})

t.test('each of the three tokens is looked at, none is shown', async t => {
  for (const flag of ['--token', '--discovery-token', '--tls-bootstrap-token']) {
    const errors = await refused('node', '192.0.2.1', token, `${flag}=SECRET.0123456789abcdef`)
    t.match(errors, /Unable to join: .*Check your token\./, flag)
    t.notMatch(errors, /SECRET/)
  }
  t.match(await refused('node', '192.0.2.1'), /token/, 'none at all')
  t.match(await refused('node', '192.0.2.1', '--token='), /Unable to join: .*empty.*Check your token/)
})

t.test('a pin that is none is named', async t => {
  t.match(await refused('192.0.2.1:6443', token, '--discovery-token-ca-cert-hash', 'sha256:12'), /no hash of a CA/)
})
