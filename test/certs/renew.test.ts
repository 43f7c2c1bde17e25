import { execFileSync } from 'node:child_process'
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { authorityAlgorithm } from '../../src/certs/algorithm.ts'
import { generateKey, keySource, privateKeyPem } from '../../src/certs/keys.ts'
import { managedCertificates } from '../../src/certs/managed.ts'
import { identityOf } from '../../src/certs/read-x509.ts'
import { renewable, renewCertificates } from '../../src/certs/renew.ts'
import { signCertificate, validityFrom } from '../../src/certs/x509.ts'
import { connectionOf, parseKubeconfig } from '../../src/cluster/kubeconfig.ts'
import { memoryHost, type MemoryHost } from '../../src/host/memory.ts'
import { certs } from '../../src/phases/certs.ts'
import { kubeconfig } from '../../src/phases/kubeconfig.ts'
import { controlPlaneWith } from '../fixtures/control-plane.ts'
import { runPhases } from '../fixtures/run-phase.ts'

const configuration = controlPlaneWith({ cluster: { encryptionAlgorithm: 'ECDSA-P256' } })
const pki = '/etc/kubernetes/pki'
type Files = Record<string, string | undefined>
const filesOf = (host: MemoryHost): Record<string, string> =>
  Object.fromEntries([...host.disk].filter(([, file]) => file.kind === 'file').map(([path, file]) => [path, file.content]))
const fresh = memoryHost()
await runPhases([certs, kubeconfig], fresh, configuration)
const made = filesOf(fresh)
const machineWith = (changes: Files = {}, now = new Date('2026-06-01T00:00:00Z')) => memoryHost({
  files: Object.fromEntries(Object.entries({ ...made, ...changes }).flatMap(([path, text]) => text === undefined ? [] : [[path, text]])), now,
})
const renew = async (host: MemoryHost, ...names: readonly string[]) => await renewCertificates(
  { host, configuration, keys: keySource(configuration.cluster.encryptionAlgorithm) },
  names.length === 0 ? managedCertificates : managedCertificates.filter(({ name }) => names.includes(name)))
const clientCertificate = async (text: string) => await connectionOf(parseKubeconfig(text, 'x.conf'), 'x.conf', async () => undefined)

/** openssl judges. */
function verifies(t: Test, now: Date, ca: string, leaf: string): void {
  const directory = t.testdir({ ca, leaf })
  const args = ['verify', '-x509_strict', '-attime', `${now.getTime() / 1000}`, '-CAfile', join(directory, 'ca'), join(directory, 'leaf')]
  t.match(execFileSync('openssl', args).toString(), /: OK/)
}

t.test('all are signed anew for the same names, with new keys', async t => {
  const host = machineWith()
  const renewals = await renew(host)
  t.strictSame(renewals.map(({ name, outcome }) => `${name} ${outcome}`), managedCertificates.map(({ name }) => `${name} renewed`))
  const after = filesOf(host)
  for (const { name, row, kubeconfig: conf, signer } of managedCertificates) {
    const path = row === undefined ? `/etc/kubernetes/${conf?.file}` : `${pki}/${row.base}.crt`
    const [before, now] = await Promise.all([made, after].map(async files => {
      const text = files[path] ?? ''
      if (row !== undefined) return { cert: text, key: files[path.replace('.crt', '.key')] ?? '' }
      const { cert = '', key = '', ca, server } = await clientCertificate(text)
      t.match({ ca, server }, { ca: made[`${pki}/ca.crt`], server: 'https://192.0.2.10:6443' })
      return { cert, key }
    })) as [{ cert: string, key: string }, { cert: string, key: string }]
    const [old, renewed] = [new X509Certificate(before.cert), new X509Certificate(now.cert)]
    t.strictSame(identityOf(renewed), identityOf(old), name)
    t.strictSame([renewed.subject, renewed.subjectAltName, renewed.keyUsage], [old.subject, old.subjectAltName, old.keyUsage], name)
    t.not(before.key, now.key, name)
    t.ok(renewed.checkPrivateKey(createPrivateKey(now.key)), name)
    t.strictSame([renewed.validFromDate, renewed.validToDate].map(date => date.toISOString()), ['2026-05-31T23:55:00.000Z', '2027-06-01T00:00:00.000Z'], name)
    verifies(t, new Date('2026-06-01T00:00:00Z'), made[`${pki}/${signer.base}.crt`] ?? '', now.cert)
    t.equal(host.disk.get(path)?.mode, row === undefined ? 0o600 : 0o644, name)
    if (row !== undefined) t.equal(host.disk.get(`${pki}/${row.base}.key`)?.mode, 0o600, name)
  }
  for (const path of ['ca.crt', 'ca.key', 'sa.key', 'sa.pub', 'etcd/ca.crt']) t.equal(after[`${pki}/${path}`], made[`${pki}/${path}`], path)
})

t.test('what an administrator had put into it stays: names, groups, usages', async t => {
  const signer = { certificate: new X509Certificate(made[`${pki}/ca.crt`] ?? ''), key: createPrivateKey(made[`${pki}/ca.key`] ?? '') }
  const key = await generateKey('ECDSA-P384')
  const subject = { commonName: 'Zoë', organizations: ['a', 'b'], dnsNames: ['*.x.example', 'y'], ipAddresses: ['192.0.2.77', '2001:db8::1'] }
  const own = signCertificate(subject, ['client auth', '1.3.6.1.5.5.7.3.4', 'server auth'], key, signer, validityFrom(new Date('2020-01-01'), 3600_000))
  const host = machineWith({ [`${pki}/apiserver.crt`]: own, [`${pki}/apiserver.key`]: undefined })
  const [renewal] = await renew(host, 'apiserver')
  t.equal(renewal?.outcome, 'renewed')
  const renewed = new X509Certificate(filesOf(host)[`${pki}/apiserver.crt`] ?? '')
  t.match(identityOf(renewed), { subject, usages: ['client auth', '1.3.6.1.5.5.7.3.4', 'server auth'] })
  t.strictSame(renewed.keyUsage, ['1.3.6.1.5.5.7.3.2', '1.3.6.1.5.5.7.3.4', '1.3.6.1.5.5.7.3.1'])
  t.equal(renewed.publicKey.asymmetricKeyDetails?.namedCurve, 'prime256v1', 'the cluster\'s algorithm, not the old one')
})

t.test('expired, without its key, with another\'s key: all the same', async t => {
  for (const [changes, now] of [
    [{}, new Date('2030-01-01T00:00:00Z')],
    [{ [`${pki}/etcd/server.key`]: undefined }, undefined],
    [{ [`${pki}/etcd/server.key`]: privateKeyPem(await generateKey('ECDSA-P256')) }, undefined],
    [{ [`${pki}/etcd/server.key`]: 'torn' }, undefined],
  ] as const) {
    const host = machineWith(changes, now)
    t.match(await renew(host, 'etcd-server'), [{ outcome: 'renewed', path: `${pki}/etcd/server.crt` }])
    const after = filesOf(host)
    t.ok(new X509Certificate(after[`${pki}/etcd/server.crt`] ?? '').checkPrivateKey(createPrivateKey(after[`${pki}/etcd/server.key`] ?? '')))
  }
})

t.test('what is missing stays so, and an external CA signs nothing here', async t => {
  const host = machineWith({ '/etc/kubernetes/super-admin.conf': undefined, [`${pki}/etcd/peer.crt`]: undefined, [`${pki}/ca.key`]: undefined })
  const before = filesOf(host)
  const renewals = await renew(host)
  const became = (wanted: string) => renewals.filter(({ outcome }) => outcome === wanted).map(({ name }) => name)
  t.strictSame(became('external'), ['admin.conf', 'apiserver', 'apiserver-kubelet-client', 'controller-manager.conf', 'scheduler.conf'])
  t.strictSame(became('renewed'), ['apiserver-etcd-client', 'etcd-healthcheck-client', 'etcd-server', 'front-proxy-client'])
  t.strictSame(became('missing'), ['etcd-peer', 'super-admin.conf'])
  const after = filesOf(host)
  t.strictSame(Object.keys(after).toSorted(), Object.keys(before).toSorted())
  for (const path of [`${pki}/apiserver.crt`, `${pki}/apiserver.key`, '/etc/kubernetes/admin.conf']) t.equal(after[path], before[path], path)
})

t.test('nothing is written when anything is wrong', async t => {
  const refused = async (changes: Files, expected: { code: string, message: RegExp }, now?: Date) => {
    const host = machineWith(changes, now)
    const before = filesOf(host)
    await t.rejects(renew(host), expected)
    t.strictSame(filesOf(host), before)
  }
  await refused({ [`${pki}/front-proxy-client.crt`]: 'torn' }, { code: 'certificate-unreadable', message: /front-proxy-client\.crt/ })
  await refused({ '/etc/kubernetes/scheduler.conf': 'users: []' }, { code: 'kubeconfig-malformed', message: /scheduler\.conf/ })
  await refused({ [`${pki}/etcd/ca.crt`]: undefined }, { code: 'authority-missing', message: /etcd\/ca\.crt/ })
  await refused({ [`${pki}/ca.key`]: privateKeyPem(await generateKey('ECDSA-P256')) }, { code: 'key-mismatch', message: /ca\.key/ })
  await refused({}, { code: 'certificate-expired', message: /\/ca\.crt expired/ }, new Date('2037-01-01'))
  const text = made['/etc/kubernetes/admin.conf'] ?? ''
  await refused({ '/etc/kubernetes/admin.conf': text.replace(/client-certificate-data: .*/, 'client-certificate: /c.pem') },
    { code: 'kubeconfig-unusable', message: /admin\.conf/ })
})

t.test('an external etcd has no certificates of ours', async t => {
  const { cluster } = controlPlaneWith({ cluster: { etcd: { external: { endpoints: ['https://192.0.2.20:2379'], httpEndpoints: [], caFile: '', certFile: '', keyFile: '' } } } })
  t.notOk(renewable(cluster).some(({ name }) => name.includes('etcd')))
  t.equal(renewable(configuration.cluster).length, 11)
})

t.test('the CA tells the kind of keys', async t => {
  const rsa = { ...configuration.cluster, encryptionAlgorithm: 'RSA-2048' } as const
  t.equal(await authorityAlgorithm(fresh.files, rsa), 'ECDSA-P256')
  t.equal(await authorityAlgorithm(memoryHost().files, rsa), 'RSA-2048')
  const directory = t.testdir({})
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:3072', '-nodes', '-keyout', 'k', '-out', 'ca.crt', '-subj', '/CN=x'], { cwd: directory, stdio: 'ignore' })
  const own = memoryHost({ files: { [`${pki}/ca.crt`]: readFileSync(join(directory, 'ca.crt'), 'utf8') } })
  t.equal(await authorityAlgorithm(own.files, rsa), 'RSA-3072')
})
