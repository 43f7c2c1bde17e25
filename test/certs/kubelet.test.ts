import { createPrivateKey, X509Certificate } from 'node:crypto'
import t from 'tap'
import { keySource } from '../../src/certs/keys.ts'
import { rescueKubelet } from '../../src/certs/kubelet.ts'
import { kubeconfigToText, parseKubeconfig } from '../../src/cluster/kubeconfig.ts'
import { memoryHost, type MemoryHost } from '../../src/host/memory.ts'
import { certs } from '../../src/phases/certs.ts'
import { kubeconfig } from '../../src/phases/kubeconfig.ts'
import { controlPlaneWith } from '../fixtures/control-plane.ts'
import { runPhases } from '../fixtures/run-phase.ts'

const configuration = controlPlaneWith({ cluster: { encryptionAlgorithm: 'ECDSA-P256' } })
const made = memoryHost()
await runPhases([certs, kubeconfig], made, configuration)
const conf = '/etc/kubernetes/kubelet.conf'
const current = '/var/lib/kubelet/pki/kubelet-client-current.pem'
const dated = '/var/lib/kubelet/pki/kubelet-client-2026-01-01-00-00-00.pem'

const embedded = made.disk.get(conf)?.content ?? ''
const parsed = parseKubeconfig(embedded, conf)
const user = parsed.users[0]?.user ?? {}
const text = (data?: string) => Buffer.from(data ?? '', 'base64').toString()
const pem = text(user['client-certificate-data']) + text(user['client-key-data'])
const pointing = kubeconfigToText({ ...parsed, users: [{ name: 'default-auth', user: { 'client-certificate': current, 'client-key': current } }], contexts: [{ name: parsed['current-context'], context: { cluster: 'kubernetes', user: 'default-auth' } }] })

function node(now: string, changes: Record<string, string | undefined>): MemoryHost {
  const files = Object.fromEntries([...made.disk].filter(([, file]) => file.kind === 'file').map(([path, { content }]) => [path, content]))
  const all = Object.entries({ ...files, ...changes }).flatMap(([path, content]) => content === undefined ? [] : [[path, content]])
  return memoryHost({ files: Object.fromEntries(all), now: new Date(now), machine: { hostname: 'somewhere' } })
}
const rescue = async (host: MemoryHost, always = false) => await rescueKubelet({ host, configuration, keys: keySource('ECDSA-P256') }, always)

t.test('a good certificate is the kubelet\'s own business', async t => {
  const host = node('2026-06-01', { [conf]: pointing, [dated]: pem })
  await host.files.link(current, dated)
  t.equal(await rescue(host), 'fine')
  t.strictSame(host.ran, [])
  t.equal(await rescue(node('2026-06-01', { [conf]: undefined })), 'absent')
})

t.test('an expired one is signed anew where the kubelet keeps its own, and the kubelet is restarted', async t => {
  const host = node('2027-06-01T12:34:56Z', { [conf]: pointing, [dated]: pem })
  await host.files.link(current, dated)
  t.equal(await rescue(host), 'rescued')
  const target = '/var/lib/kubelet/pki/kubelet-client-2027-06-01-12-34-56.pem'
  t.match(host.disk.get(current), { kind: 'symlink', content: target })
  const file = host.disk.get(target)
  t.equal(file?.mode, 0o600)
  const certificate = new X509Certificate(file?.content ?? '')
  t.equal(certificate.subject, 'O=system:nodes\nCN=system:node:kube-master')
  t.ok(certificate.checkPrivateKey(createPrivateKey(file?.content ?? '')))
  t.equal(host.disk.get(conf)?.content, pointing)
  t.strictSame(host.ran, ['restart kubelet'])
})

t.test('one within kubelet.conf is replaced there', async t => {
  const host = node('2027-06-01', {})
  t.equal(await rescue(host), 'rescued')
  const entry = parseKubeconfig(host.disk.get(conf)?.content ?? '', conf).users[0]
  t.equal(entry?.name, 'system:node:kube-master')
  t.equal(new X509Certificate(text(entry?.user['client-certificate-data'])).validToDate.getUTCFullYear(), 2028)
})

t.test('a lost one is made by the machine\'s name, and on demand also a good one', async t => {
  const lost = node('2026-06-01', { [conf]: pointing })
  t.equal(await rescue(lost), 'rescued')
  t.match(new X509Certificate(await lost.files.read(current) ?? '').subject, /CN=system:node:somewhere/)
  t.equal(await rescue(node('2026-06-01', {}), true), 'rescued')
})

t.test('an external CA cannot', async t => {
  const host = node('2027-06-01', { '/etc/kubernetes/pki/ca.key': undefined })
  t.equal(await rescue(host), 'external')
  t.strictSame(host.ran, [])
})
