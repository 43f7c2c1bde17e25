import { X509Certificate } from 'node:crypto'
import t, { type Test } from 'tap'
import { generateKey, privateKeyPem } from '../../src/certs/keys.ts'
import { connectionOf, kubeconfigToText, parseKubeconfig } from '../../src/cluster/kubeconfig.ts'
import { memoryHost } from '../../src/host/memory.ts'
import { certs } from '../../src/phases/certs.ts'
import { kubeconfig } from '../../src/phases/kubeconfig.ts'
import { controlPlaneWith } from '../fixtures/control-plane.ts'
import { runPhases } from '../fixtures/run-phase.ts'

const configuration = controlPlaneWith({ cluster: { encryptionAlgorithm: 'ECDSA-P256', clusterName: 'blue', controlPlaneEndpoint: 'api.example.com' } })
const names = ['admin', 'super-admin', 'kubelet', 'controller-manager', 'scheduler']
const path = (name: string) => `/etc/kubernetes/${name}.conf`

type Files = Record<string, string | undefined>
const filesOf = (host: ReturnType<typeof memoryHost>): Record<string, string> =>
  Object.fromEntries([...host.disk].filter(([, file]) => file.kind === 'file').map(([name, file]) => [name, file.content]))

const fresh = memoryHost()
await runPhases([certs, kubeconfig], fresh, configuration)
const made = filesOf(fresh)
const machineWith = (changes: Files, now?: Date) => memoryHost({
  files: Object.fromEntries(Object.entries({ ...made, ...changes }).flatMap(([name, text]) => text === undefined ? [] : [[name, text]])),
  ...now && { now },
})

t.test('each is for its own user, signed by the CA', async t => {
  const ca = new X509Certificate(made['/etc/kubernetes/pki/ca.crt'] ?? '')
  for (const [name, server, subject] of [
    ['admin', 'https://api.example.com:6443', 'O=kubeadm:cluster-admins\nCN=kubernetes-admin'],
    ['super-admin', 'https://api.example.com:6443', 'O=system:masters\nCN=kubernetes-super-admin'],
    ['kubelet', 'https://192.0.2.10:6443', 'O=system:nodes\nCN=system:node:kube-master'],
    ['controller-manager', 'https://192.0.2.10:6443', 'CN=system:kube-controller-manager'],
    ['scheduler', 'https://192.0.2.10:6443', 'CN=system:kube-scheduler'],
  ] as const) {
    t.equal(fresh.disk.get(path(name))?.mode, 0o600)
    const parsed = parseKubeconfig(made[path(name)] ?? '', path(name))
    const connection = await connectionOf(parsed, path(name), async () => undefined)
    const certificate = new X509Certificate(connection.cert ?? '')
    t.equal(connection.server, server)
    t.equal(connection.ca, made['/etc/kubernetes/pki/ca.crt'])
    t.equal(certificate.subject, subject)
    t.ok(certificate.checkIssued(ca) && certificate.verify(ca.publicKey))
    t.equal(privateKeyPem(await generateKey('ECDSA-P256')).split('\n')[0], connection.key?.split('\n')[0])
    t.strictSame(parsed['current-context'], `${subject.split('CN=')[1]}@blue`)
  }
})

t.test('a second run keeps every byte, and missing ones only are made', async t => {
  const host = machineWith({})
  await runPhases([certs, kubeconfig], host, configuration)
  t.strictSame(filesOf(host), made)
  for (const name of names) {
    const host = machineWith({ [path(name)]: undefined })
    await runPhases([certs, kubeconfig], host, configuration)
    const after = filesOf(host)
    t.ok(after[path(name)] !== undefined && after[path(name)] !== made[path(name)])
    t.strictSame({ ...after, [path(name)]: '' }, { ...made, [path(name)]: '' })
  }
})

t.test('what does not fit is refused before anything is written', async t => {
  const other = memoryHost()
  await runPhases([certs, kubeconfig], other, configuration)
  const foreign = filesOf(other)
  const refused = async (t: Test, changes: Files, expected: { readonly code: string, readonly message?: string | RegExp, readonly fix?: string[] }, now?: Date) => {
    const host = machineWith(changes, now)
    const before = filesOf(host)
    await t.rejects(runPhases([kubeconfig], host, configuration), expected)
    t.strictSame(filesOf(host), before)
  }
  for (const name of names) {
    await refused(t, { [path(name)]: '', [path('admin')]: name === 'admin' ? '' : undefined }, { code: 'kubeconfig-malformed', message: `${path(name)} is not a usable kubeconfig: it is empty.` })
    await refused(t, { [path(name)]: foreign[path(name)] }, {
      code: 'kubeconfig-foreign', message: `${path(name)} does not trust the CA /etc/kubernetes/pki/ca.crt, but another one.`,
      fix: [`Have it made anew: rm ${path(name)}, then the same command again.`, 'Or restore /etc/kubernetes/pki/ca.crt and its key from a backup.'],
    })
  }
  await refused(t, {}, { code: 'certificate-expired', message: '/etc/kubernetes/admin.conf expired at 2027-01-01T00:00:00.000Z.' }, new Date('2027-01-01T00:00:01Z'))
  await refused(t, { '/etc/kubernetes/pki/ca.crt': undefined, '/etc/kubernetes/pki/ca.key': undefined }, { code: 'authority-missing' })
  const admin = parseKubeconfig(made[path('admin')] ?? '', '')
  const scheduler = parseKubeconfig(made[path('scheduler')] ?? '', '')
  const key = scheduler.users[0]?.user['client-key-data']
  const swapped = { ...admin, users: admin.users.map(user => ({ ...user, user: { ...user.user, 'client-key-data': key } })) }
  await refused(t, { [path('admin')]: kubeconfigToText(swapped) }, { code: 'key-mismatch' })
})

t.test('another server is kept, with one warning', async t => {
  const host = machineWith({ [path('admin')]: made[path('admin')]?.replace('api.example.com', 'old.example.com') })
  const before = filesOf(host)
  const findings = (await runPhases([kubeconfig], host, configuration)).filter(event => event.type === 'finding')
  t.equal(findings.length, 1)
  t.match(findings[0], { level: 'warning', message: '/etc/kubernetes/admin.conf names the server https://old.example.com:6443, the configuration names https://api.example.com:6443. The file is kept.' })
  t.strictSame(filesOf(host), before)
})

t.test('a kubelet that rotates its certificate keeps its file', async t => {
  const rotated = (made[path('kubelet')] ?? '').replace(/client-certificate-data: .*/, 'client-certificate: /var/lib/kubelet/pki/kubelet-client-current.pem')
    .replace(/client-key-data: .*/, 'client-key: /var/lib/kubelet/pki/kubelet-client-current.pem')
  const host = machineWith({ [path('kubelet')]: rotated, '/var/lib/kubelet/pki/kubelet-client-current.pem': 'both' })
  await runPhases([kubeconfig], host, configuration)
  t.equal(filesOf(host)[path('kubelet')], rotated)
})

t.test('an external CA', async t => {
  const external = { '/etc/kubernetes/pki/ca.key': undefined }
  await t.resolves(runPhases([kubeconfig], machineWith(external), configuration))
  await t.rejects(runPhases([kubeconfig], machineWith({ ...external, [path('scheduler')]: undefined }), configuration),
    { code: 'authority-external', message: /scheduler\.conf is missing and cannot be made/ })
})

t.test('without a CA it says how to get one', async t => {
  await t.rejects(runPhases([kubeconfig], memoryHost(), configuration), { code: 'authority-missing', fix: ['kubeadm init phase certs ca'] })
})
