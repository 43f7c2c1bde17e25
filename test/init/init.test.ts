import t from 'tap'
import { initText } from '../../src/cli/init.ts'
import { kubeconfigFor, kubeconfigToText } from '../../src/cluster/kubeconfig.ts'
import { decode } from '../../src/config/decode.ts'
import type { Event } from '../../src/core/event.ts'
import { journalPath } from '../../src/core/journal.ts'
import { memoryHost, type MemoryHostOptions } from '../../src/host/memory.ts'
import { init, type InitRequest } from '../../src/init/init.ts'
import { initWorkflow } from '../../src/init/workflow.ts'

const admin = kubeconfigToText(kubeconfigFor({ clusterName: 'kubernetes', server: 'https://192.0.2.10:6443', ca: 'x', user: 'kubernetes-admin', credential: { token: 'x' } }))
const phases = initWorkflow.map(({ name }) => name).filter(name => name !== 'journal')
const quickKeys = 'apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nencryptionAlgorithm: ECDSA-P256\n'

/** Init on a machine where all of its phases have been gone through before: what it makes of its configuration, and tells. */
async function run(flags: InitRequest['flags'] = {}, yaml = '', options: MemoryHostOptions = {}) {
  const host = memoryHost({ ...options, files: { '/etc/kubernetes/admin.conf': admin, ...options.files }, commands: { 'kubelet --version': 'Kubernetes v1.36.3' } })
  const events: Event[] = []
  const result = await init({
    flags: { skipPhases: phases, ...flags }, documents: decode(yaml + quickKeys, 'kubeadm.yaml'),
  }, host, event => { events.push(event) }, () => {})
  return { host, result, text: initText(result), events }
}
const configured = (tokens: string) => `apiVersion: kubeadm.k8s.io/v1beta4\nkind: InitConfiguration\nbootstrapTokens:\n${tokens}---\n`

t.test('a token that init made is printed with the command for nodes', async t => {
  const { result, text } = await run()
  t.match(result, { token: /^[a-z0-9]{6}\.[a-z0-9]{16}$/, tokenMade: true, endpoint: '192.0.2.10' })
  t.equal(text, `Cluster token: ${result.token}\nRun the following command on machines you want to become nodes:\n  kubeadm join node --token=${result.token} 192.0.2.10\nYou can now run kubectl here.\n`)
})

t.test('one that was given is not, wherever it was given', async t => {
  for (const given of [await run({ token: 'abcdef.0123456789abcdef' }), await run({}, configured('- token: abcdef.0123456789abcdef\n'))]) {
    t.match(given.result, { token: 'abcdef.0123456789abcdef', tokenMade: false })
    t.equal(given.text, 'You can now run kubectl here.\n')
  }
  t.match((await run({}, configured('- ttl: 1h\n'))).text, /^Cluster token: /, 'a file that only says how long it lives gives none')
})

t.test('nodes are told of a token that they can join with', async t => {
  const signing = '- token: aaaaaa.0123456789abcdef\n  usages: [signing]\n  groups: []\n'
  t.match((await run({}, configured('- token: aaaaaa.0123456789abcdef\n  usages: [authentication]\n- token: bbbbbb.0123456789abcdef\n'))).result, { token: 'bbbbbb.0123456789abcdef', tokenMade: false })
  t.match((await run({}, configured('- usages: [authentication]\n'))).result, { token: undefined, tokenMade: false })
  await t.rejects(run({}, configured(signing)), { message: /authentication/ })
})

t.test('the address that nodes are told has the port where it is not the usual one', async t => {
  t.equal((await run({ apiserverBindPort: 7443 })).result.endpoint, '192.0.2.10:7443')
  t.equal((await run({ apiserverAdvertiseAddress: '2001:db8::1', serviceCidr: 'fd00::/112' })).result.endpoint, '2001:db8::1')
  t.equal((await run({ apiserverAdvertiseAddress: '2001:db8::1', serviceCidr: 'fd00::/112', apiserverBindPort: 7443 })).result.endpoint, '[2001:db8::1]:7443')
})

t.test('root\'s kubeconfig is in place, one that could not be merged is kept aside, and the journal is finished', async t => {
  const { host, text } = await run()
  t.match(host.disk.get('/root/.kube/config'), { content: admin, mode: 0o600 })
  t.match(JSON.parse(host.disk.get(journalPath)?.content ?? ''), { command: 'init', finished: true })
  t.notMatch(text, /merged/)
  t.match((await run({}, '', { files: { '/root/.kube/config': '{' } })).text, /could not be merged and is now \/root\/\.kube\/config\.1\.bak\.\n/)
})

t.test('when it fails the journal stays unfinished, and the lock is let go', async t => {
  const locks: string[] = []
  const memory = memoryHost({ commands: { 'kubelet --version': '' } })
  const host = { ...memory, lock: async () => { locks.push('held'); return () => { locks.push('free') } } }
  await t.rejects(init({ flags: { skipPhases: phases }, documents: decode(quickKeys, 'kubeadm.yaml') }, host, () => {}, () => {}), { code: 'kubeconfig-missing' })
  t.same(locks, ['held', 'free'])
  t.match(JSON.parse(memory.disk.get(journalPath)?.content ?? ''), { command: 'init', finished: false })
})
