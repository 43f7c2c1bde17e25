import { execFileSync } from 'node:child_process'
import { createPublicKey, randomBytes } from 'node:crypto'
import { chmodSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { checkSecrecy } from '../../src/certs/strength.ts'
import { localFiles } from '../../src/host/local-files.ts'
import { memoryHost, type MemoryHost } from '../../src/host/memory.ts'
import { certs } from '../../src/phases/certs.ts'
import { kubeconfig } from '../../src/phases/kubeconfig.ts'
import { controlPlaneWith } from '../fixtures/control-plane.ts'
import { runPhases } from '../fixtures/run-phase.ts'

const configuration = controlPlaneWith({ cluster: { encryptionAlgorithm: 'ECDSA-P256' } })
const pki = '/etc/kubernetes/pki'
const now = new Date()
/** What openssl makes begins to be valid now. */
const later = new Date(now.getTime() + 60_000)
const filesOf = (host: MemoryHost): Record<string, string> =>
  Object.fromEntries([...host.disk].filter(([, file]) => file.kind === 'file').map(([path, file]) => [path, file.content]))
const made = memoryHost({ now })
await runPhases([certs, kubeconfig], made, configuration)

const directory = t.testdir({ 'ca.crt': filesOf(made)[`${pki}/ca.crt`] ?? '', 'ca.key': filesOf(made)[`${pki}/ca.key`] ?? '' })
const file = (name: string) => readFileSync(join(directory, name), 'utf8')
const openssl = (...args: readonly string[]) => execFileSync('openssl', args, { cwd: directory, stdio: 'pipe' })
/** A CA of its own, as openssl makes it. */
const authority = (key: string, ...more: readonly string[]) => {
  openssl('req', '-x509', '-newkey', key, '-nodes', '-keyout', 'own.key', '-out', 'own.crt', '-subj', '/CN=own', '-days', '30', ...more)
  return { [`${pki}/front-proxy-ca.crt`]: file('own.crt'), [`${pki}/front-proxy-ca.key`]: file('own.key') }
}
/** A certificate for the kubelets' client, signed by the cluster's CA. */
const leaf = (key: readonly string[], ...more: readonly string[]) => {
  openssl('req', '-new', ...key, '-nodes', '-keyout', 'leaf.key', '-out', 'leaf.csr', '-subj', '/CN=kube-apiserver-kubelet-client')
  openssl('x509', '-req', '-in', 'leaf.csr', '-CA', 'ca.crt', '-CAkey', 'ca.key', '-out', 'leaf.crt', '-days', '30', ...more)
  return { [`${pki}/apiserver-kubelet-client.crt`]: file('leaf.crt'), [`${pki}/apiserver-kubelet-client.key`]: file('leaf.key') }
}
/** An RSA key that nobody has the private half of: making one of that size takes minutes. */
const hugeKey = () => {
  const modulus = randomBytes(1032)
  modulus[0] = 0x80
  modulus[1031] = 1
  writeFileSync(join(directory, 'huge.pem'), createPublicKey({ key: { kty: 'RSA', n: modulus.toString('base64url'), e: 'AQAB' }, format: 'jwk' }).export({ type: 'spki', format: 'pem' }))
}

/** With the front proxy's own certificate gone, a foreign CA for it is no contradiction. */
const machine = (files: Readonly<Record<string, string>>) => {
  const all = { ...filesOf(made), ...files }
  for (const name of ['crt', 'key']) delete all[`${pki}/front-proxy-client.${name}`]
  return memoryHost({ files: all, now: later })
}
async function refused(t: Test, host: MemoryHost, expected: { code: string, message: RegExp, fix: RegExp }): Promise<void> {
  const before = filesOf(host)
  const problem = await runPhases([certs, kubeconfig], host, configuration).then(() => undefined, (error: unknown) => error as { code: string, message: string, fix: readonly string[] })
  t.match(problem, { code: expected.code, message: expected.message })
  t.match(problem?.fix.join('\n'), expected.fix)
  t.strictSame(filesOf(host), before, 'nothing was written')
}

t.test('a CA that the administrator brings is taken when it is good', async t => {
  const host = machine(authority('rsa:2048'))
  await runPhases([certs, kubeconfig], host, configuration)
  writeFileSync(join(directory, 'client.crt'), filesOf(host)[`${pki}/front-proxy-client.crt`] ?? '')
  t.match(openssl('verify', '-CAfile', 'own.crt', 'client.crt').toString(), /OK/)
})

t.test('weak, oversized and broken', async t => {
  await refused(t, machine(authority('rsa:1024')), { code: 'key-weak', message: /front-proxy-ca\.key: an RSA key of 1024 bits/, fix: /ECDSA/ })
  await refused(t, machine(leaf(['-newkey', 'rsa:1536'])), { code: 'key-weak', message: /apiserver-kubelet-client\.key.* 1536 bits/, fix: /rm -f .*apiserver-kubelet-client\.crt/ })
  hugeKey()
  await refused(t, machine(leaf(['-newkey', 'rsa:2048'], '-force_pubkey', 'huge.pem')), { code: 'key-mismatch', message: /apiserver-kubelet-client\.key/, fix: /backup/ })
  const huge = machine({ [`${pki}/apiserver-kubelet-client.crt`]: file('leaf.crt') })
  huge.disk.delete(`${pki}/apiserver-kubelet-client.key`)
  await refused(t, huge, { code: 'key-oversized', message: /apiserver-kubelet-client\.crt: .* 8192 bits, and this one has 8256/, fix: /2048 to 4096/ })
  await refused(t, machine(leaf(['-newkey', 'rsa:2048'], '-sha1')), { code: 'signature-weak', message: /apiserver-kubelet-client\.crt is signed with SHA-1/, fix: /SHA-256/ })
  await refused(t, machine(authority('rsa:2048', '-sha1')), { code: 'signature-weak', message: /front-proxy-ca\.crt is signed with SHA-1/, fix: /SHA-256/ })
})

t.test('a CA that cannot sign what a cluster needs', async t => {
  await refused(t, machine(authority('rsa:2048', '-addext', 'nameConstraints=critical,permitted;DNS:.example.com')),
    { code: 'authority-constrained', message: /front-proxy-ca\.crt may sign for some names only/, fix: /without name constraints/ })
  await refused(t, machine(authority('rsa:2048', '-addext', 'keyUsage=digitalSignature')), { code: 'authority-unfit', message: /front-proxy-ca\.crt is not the certificate of a CA/, fix: /openssl x509/ })
})

t.test('expired and not yet valid', async t => {
  const at = (days: number) => {
    const host = machine(authority('rsa:2048'))
    return memoryHost({ files: filesOf(host), now: new Date(now.getTime() + days * 86_400_000) })
  }
  await refused(t, at(31), { code: 'certificate-expired', message: /front-proxy-ca\.crt expired at 20/, fix: /kubeadm reset/ })
  await refused(t, at(-1), { code: 'certificate-not-yet-valid', message: /ca\.crt is valid only from/, fix: /Set the clock/ })
})

t.test('a certificate that is limited to something else', async t => {
  const limited = (usage: string) => {
    writeFileSync(join(directory, 'ext'), `extendedKeyUsage=${usage}\n`)
    return machine(leaf(['-newkey', 'rsa:2048'], '-extfile', 'ext'))
  }
  await refused(t, limited('serverAuth'), { code: 'certificate-lacks-usage', message: /apiserver-kubelet-client\.crt may not be used for client auth/, fix: /extended key usage client auth/ })
  for (const usage of ['clientAuth,serverAuth', 'anyExtendedKeyUsage']) await t.resolves(runPhases([certs], limited(usage), configuration), usage)
  await t.resolves(runPhases([certs], machine(leaf(['-newkey', 'rsa:2048'])), configuration), 'not limited at all')
})

t.test('a key behind a symlink is judged by the file itself', async t => {
  const files = localFiles(() => {})
  const path = join(directory, 'link.key')
  writeFileSync(join(directory, 'real.key'), 'x', { mode: 0o600 })
  symlinkSync('real.key', path)
  await t.resolves(checkSecrecy(files, path))
  chmodSync(join(directory, 'real.key'), 0o644)
  await t.rejects(checkSecrecy(files, path), { code: 'key-exposed' })
})

t.test('keys that everybody can read or change', async t => {
  for (const [path, mode, verb] of [
    [`${pki}/ca.key`, 0o644, 'read'], [`${pki}/etcd/peer.key`, 0o604, 'read'], [`${pki}/sa.key`, 0o602, 'change'], ['/etc/kubernetes/scheduler.conf', 0o644, 'read'],
  ] as const) {
    const host = machine({})
    host.disk.get(path)!.mode = mode
    const before = filesOf(host)
    await t.rejects(runPhases(path.endsWith('.conf') ? [kubeconfig] : [certs], host, configuration), {
      code: 'key-exposed', message: `Everybody on this machine can ${verb} the private key in ${path} (mode ${mode.toString(8).padStart(4, '0')}).`, fix: [`If nobody has: chmod 600 ${path}`],
    })
    t.strictSame(filesOf(host), before)
  }
  const grouped = machine({})
  grouped.disk.get(`${pki}/ca.key`)!.mode = 0o640
  await t.resolves(runPhases([certs], grouped, configuration), 'a group is the administrator\'s choice')
})
