import { execFileSync } from 'node:child_process'
import { createPublicKey, generateKeyPairSync, X509Certificate, type KeyObject } from 'node:crypto'
import t, { type Test } from 'tap'
import { generateKey, privateKeyPem, publicKeyPem } from '../../src/certs/keys.ts'
import { signAuthority, signCertificate, signingRequest, validityFrom } from '../../src/certs/x509.ts'
import type { Event } from '../../src/core/event.ts'
import { memoryHost } from '../../src/host/memory.ts'
import { certs } from '../../src/phases/certs.ts'
import { controlPlaneWith } from '../fixtures/control-plane.ts'
import { runPhases } from '../fixtures/run-phase.ts'

const configuration = controlPlaneWith({ cluster: { encryptionAlgorithm: 'ECDSA-P256' } })
const pki = '/etc/kubernetes/pki'
const bases = [
  'apiserver', 'apiserver-etcd-client', 'apiserver-kubelet-client', 'ca', 'etcd/ca', 'etcd/healthcheck-client', 'etcd/peer', 'etcd/server', 'front-proxy-ca', 'front-proxy-client',
]
const authorities = ['ca', 'etcd/ca', 'front-proxy-ca']
const all = [...bases.flatMap(base => [`${pki}/${base}.crt`, `${pki}/${base}.key`]), `${pki}/sa.key`, `${pki}/sa.pub`]

type Files = Record<string, string>
const filesOf = (host: ReturnType<typeof memoryHost>): Files =>
  Object.fromEntries([...host.disk].filter(([, file]) => file.kind === 'file').map(([path, file]) => [path, file.content]))
const notes = (events: readonly Event[]) => events.flatMap(event => event.type === 'note' ? [event.text] : [])

const fresh = memoryHost()
const told = await runPhases([certs], fresh, configuration)
const made = filesOf(fresh)

/** The same machine with some files other than they were made; `undefined` takes one away. */
const machineWith = (changes: Record<string, string | undefined>, now?: Date) => memoryHost({
  files: Object.fromEntries(Object.entries({ ...made, ...changes }).flatMap(([path, text]) => text === undefined ? [] : [[path, text]])),
  ...now && { now },
})

t.test('an empty machine gets everything, readable as it should be', async t => {
  t.strictSame(Object.keys(made).toSorted(), all.toSorted())
  for (const path of all) t.equal(fresh.disk.get(path)?.mode, path.endsWith('.crt') ? 0o644 : 0o600, path)
  t.equal(notes(told).length, 11)
  t.ok(notes(told).includes('Made the certificate apiserver for kube-master, kubernetes, kubernetes.default, kubernetes.default.svc, kubernetes.default.svc.cluster.local, 10.96.0.1, 192.0.2.10'))
  t.ok(createPublicKey(made[`${pki}/sa.pub`] ?? '').equals(createPublicKey(made[`${pki}/sa.key`] ?? '')))
})

t.test('a second run keeps every byte', async t => {
  const host = machineWith({})
  const events = await runPhases([certs], host, configuration)
  t.strictSame(filesOf(host), made)
  t.ok(notes(events).every(text => text.startsWith('Kept ')))
})

t.test('whatever was the last file before a SIGKILL, the next run finishes with the same CAs', async t => {
  const order = Object.keys(made)
  for (const [count] of order.entries()) {
    const host = memoryHost({ files: Object.fromEntries(order.slice(0, count).map(path => [path, made[path] ?? ''])) })
    await runPhases([certs], host, configuration)
    const after = filesOf(host)
    t.strictSame(Object.keys(after).toSorted(), all.toSorted(), `after ${count} files`)
    for (const path of order.slice(0, count)) if (after[path] !== made[path]) t.fail(`${path} was made anew after ${count} files`)
  }
})

t.test('a CA that has its key only is signed again, and what it had signed stays valid', async t => {
  const host = machineWith({ [`${pki}/ca.crt`]: undefined })
  await runPhases([certs], host, configuration)
  const after = filesOf(host)
  const ca = new X509Certificate(after[`${pki}/ca.crt`] ?? '')
  const leaf = new X509Certificate(after[`${pki}/apiserver.crt`] ?? '')
  t.equal(after[`${pki}/apiserver.crt`], made[`${pki}/apiserver.crt`])
  t.ok(leaf.checkIssued(ca) && leaf.verify(ca.publicKey))
})

t.test('an empty or missing sa.pub is written from sa.key', async t => {
  for (const content of ['', undefined]) {
    const host = machineWith({ [`${pki}/sa.pub`]: content })
    await runPhases([certs], host, configuration)
    t.strictSame(filesOf(host), made)
  }
})

t.test('with an external etcd there is nothing of etcd', async t => {
  const host = memoryHost()
  const external = controlPlaneWith({
    cluster: {
      encryptionAlgorithm: 'ECDSA-P256',
      etcd: { external: { endpoints: ['https://192.0.2.20:2379'], httpEndpoints: [], caFile: '/e/ca.crt', certFile: '/e/c.crt', keyFile: '/e/c.key' } },
    },
  })
  const events = await runPhases([certs], host, external)
  t.notOk(Object.keys(filesOf(host)).some(path => path.includes('etcd')))
  t.equal(events.filter(event => event.type === 'phase' && event.status === 'skipped').length, 5)
})

t.test('what does not fit is refused before anything is written', async t => {
  const refused = async (t: Test, changes: Record<string, string | undefined>, expected: { readonly code: string, readonly message?: string | RegExp, readonly fix?: string[] }, options: { configuration?: typeof configuration, now?: Date } = {}) => {
    const host = machineWith(changes, options.now)
    const before = filesOf(host)
    await t.rejects(runPhases([certs], host, options.configuration ?? configuration), expected)
    t.strictSame(filesOf(host), before)
  }
  const otherKey = await generateKey('ECDSA-P256')
  const now = new Date('2026-01-01T00:00:00Z')
  const day = 24 * 3600_000
  const otherCA = signAuthority({ commonName: 'kubernetes' }, otherKey, validityFrom(now, day))

  for (const base of bases) {
    const [crt, key] = [`${pki}/${base}.crt`, `${pki}/${base}.key`]
    t.test(base, async t => {
      await refused(t, { [crt]: '' }, { code: 'certificate-unreadable', message: `${crt} cannot be read as a certificate: it is empty.` })
      await refused(t, { [key]: 'torn' }, { code: 'key-unreadable', message: `${key} cannot be read as a private key: it holds no private key in PEM.` })
      await refused(t, { [key]: privateKeyPem(otherKey) }, { code: 'key-mismatch', message: `${key} is not the key of ${crt}.` })
      if (!authorities.includes(base)) {
        await refused(t, { [key]: undefined }, {
          code: 'key-missing', message: `${crt} is there, but its key ${key} is not.`,
          fix: [`Restore ${key} from a backup.`, `Have it made anew: rm -f ${crt} ${key}, then the same command again.`],
        })
      }
    })
  }
  t.test('a CA of which nothing is left, while what it signed is there', async t => {
    await refused(t, { [`${pki}/ca.crt`]: undefined, [`${pki}/ca.key`]: undefined }, {
      code: 'certificate-foreign', message: `${pki}/apiserver.crt is there, but not the CA that signed it: there is no ${pki}/ca.crt.`,
    })
  })
  t.test('another CA', async t => {
    await refused(t, { [`${pki}/ca.crt`]: otherCA, [`${pki}/ca.key`]: privateKeyPem(otherKey) },
      { code: 'certificate-foreign', message: `${pki}/apiserver.crt was not signed by ${pki}/ca.crt.` })
  })
  t.test('no CA at all', async t => {
    const crt = `${pki}/apiserver.crt`
    await refused(t, { [`${pki}/ca.crt`]: made[crt], [`${pki}/ca.key`]: made[`${pki}/apiserver.key`] },
      { code: 'authority-unfit', message: `${pki}/ca.crt is not the certificate of a CA.` })
  })
  t.test('times', async t => {
    await refused(t, {}, { code: 'certificate-expired', message: `${pki}/apiserver.crt expired at 2027-01-01T00:00:00.000Z.` }, { now: new Date('2027-01-01T00:00:01Z') })
    await refused(t, {}, { code: 'certificate-expired', message: `${pki}/ca.crt expired at 2035-12-30T00:00:00.000Z.` }, { now: new Date('2036-01-01T00:00:00Z') })
    await refused(t, {}, { code: 'certificate-not-yet-valid' }, { now: new Date('2025-12-31T23:54:00Z') })
  })
  t.test('names', async t => {
    const more = controlPlaneWith({
      cluster: { ...configuration.cluster, apiServer: { ...configuration.cluster.apiServer, certSANs: ['api.example.com', '2001:db8::7', '10.96.0.1'] } },
    })
    await refused(t, {}, {
      code: 'certificate-lacks-name', message: `${pki}/apiserver.crt is not valid for api.example.com, 2001:db8::7.`,
      fix: [`Have it made anew: rm -f ${pki}/apiserver.crt ${pki}/apiserver.key, then the same command again.`],
    }, { configuration: more })
  })
  t.test('the keys of ServiceAccounts', async t => {
    await refused(t, { [`${pki}/sa.key`]: 'torn' }, { code: 'key-unreadable' })
    await refused(t, { [`${pki}/sa.key`]: undefined }, { code: 'key-missing' })
    await refused(t, { [`${pki}/sa.pub`]: publicKeyPem(otherKey) }, { code: 'key-mismatch' })
    const both = machineWith({ [`${pki}/sa.pub`]: publicKeyPem(otherKey) + made[`${pki}/sa.pub`] })
    await t.resolves(runPhases([certs], both, configuration))
  })
  t.test('keys that Kubernetes cannot use', async t => {
    const key = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    await refused(t, { [`${pki}/sa.key`]: key }, { code: 'key-unreadable', message: /this is ed25519/ })
    const encrypted = otherKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' }).toString()
    await refused(t, { [`${pki}/ca.key`]: encrypted }, { code: 'key-unreadable', message: /encrypted with a passphrase/ })
  })

  t.test('an external CA', async t => {
    const external = { [`${pki}/ca.key`]: undefined }
    t.test('is fine with all that it signed', async t => {
      const host = machineWith(external)
      await runPhases([certs], host, configuration)
      t.notOk(host.disk.has(`${pki}/ca.key`))
    })
    t.test('cannot sign what is missing', async t => {
      await refused(t, { ...external, [`${pki}/apiserver.crt`]: undefined, [`${pki}/apiserver.key`]: undefined }, {
        code: 'authority-external', message: `${pki}/apiserver.crt is missing and cannot be made: the key of the CA ${pki}/ca.crt is not on this machine.`,
      })
    })
    t.test('may sign through an intermediate CA that comes with the certificate', async t => {
      const [rootKey, middleKey, leafKey] = await Promise.all([1, 2, 3].map(() => generateKey('ECDSA-P256'))) as [KeyObject, KeyObject, KeyObject]
      const root = signAuthority({ commonName: 'root' }, rootKey, validityFrom(now, day))
      const directory = t.testdir({
        'root.crt': root, 'root.key': privateKeyPem(rootKey), 'middle.csr': signingRequest({ commonName: 'middle' }, middleKey),
        'ext': 'basicConstraints=critical,CA:TRUE\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n',
      })
      const middle = execFileSync('openssl', ['x509', '-req', '-in', 'middle.csr', '-CA', 'root.crt', '-CAkey', 'root.key', '-days', '2', '-extfile', 'ext'],
        { cwd: directory, stdio: 'pipe' }).toString()
      const leaf = signCertificate({ commonName: 'front-proxy-client' }, ['client auth'], leafKey, { certificate: new X509Certificate(middle), key: middleKey }, validityFrom(now, day))
      const host = machineWith({
        [`${pki}/front-proxy-ca.crt`]: root, [`${pki}/front-proxy-ca.key`]: undefined,
        [`${pki}/front-proxy-client.crt`]: leaf + middle, [`${pki}/front-proxy-client.key`]: privateKeyPem(leafKey),
      })
      await t.resolves(runPhases([certs], host, configuration))
      host.disk.get(`${pki}/front-proxy-client.crt`)!.content = leaf
      await t.rejects(runPhases([certs], host, configuration), { code: 'certificate-foreign' })
    })
  })
})

t.test('one phase alone', async t => {
  const host = memoryHost()
  await t.rejects(runPhases([certs], host, configuration, 'certs/apiserver'), { code: 'authority-missing', fix: ['kubeadm init phase certs ca'] })
  await runPhases([certs], host, configuration, 'certs/ca')
  await runPhases([certs], host, configuration, 'certs/apiserver')
  t.strictSame(Object.keys(filesOf(host)).toSorted(), ['apiserver', 'ca'].flatMap(base => [`${pki}/${base}.crt`, `${pki}/${base}.key`]))
})
