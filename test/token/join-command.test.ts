import t from 'tap'
import { pinOf } from '../../src/discovery/token.ts'
import { isForNodes, joinCommand } from '../../src/token/join-command.ts'
import { authority } from '../fixtures/https-server.ts'

const token = 'abcdef.0123456789abcdef'

t.test('the address, the token and a pin for each certificate of the CA', async t => {
  const [one, other] = [await authority('one'), await authority('other')]
  t.equal(joinCommand({ server: 'https://192.0.2.1:6443', ca: `# a comment\n${one.pem}${other.pem}` }, token),
    `kubeadm join 192.0.2.1:6443 --token ${token} --discovery-token-ca-cert-hash ${pinOf(one.pem)} --discovery-token-ca-cert-hash ${pinOf(other.pem)}`)
})

t.test('IPv6, names, and the port that a URL leaves out', async t => {
  const address = (server: string) => joinCommand({ server, ca: '' }, token).split(' ')[2]
  t.equal(address('https://[2001:db8::1]:6443'), '[2001:db8::1]:6443')
  t.equal(address('https://lb.example'), 'lb.example:443')
  t.equal(address('https://lb.example:443/'), 'lb.example:443')
})

t.test('a node needs a token that signs and lets in', async t => {
  t.ok(isForNodes({ usages: ['authentication', 'signing'] }))
  t.notOk(isForNodes({ usages: ['signing'] }))
  t.notOk(isForNodes({ usages: ['authentication'] }))
})
