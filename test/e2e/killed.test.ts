import { execFile } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import t, { type Test } from 'tap'

/** SIGKILL at the first write of each file that the certs and kubeconfig phases make: the same command again has to recover. */
const kubeadm = join(import.meta.dirname, '../../build/kubeadm')
const leaves: Readonly<Record<string, string>> = {
  'apiserver': 'ca', 'apiserver-kubelet-client': 'ca', 'front-proxy-client': 'front-proxy-ca', 'etcd/server': 'etcd/ca', 'etcd/peer': 'etcd/ca',
  'etcd/healthcheck-client': 'etcd/ca', 'apiserver-etcd-client': 'etcd/ca',
}
const authorities = ['ca', 'front-proxy-ca', 'etcd/ca']
const pairs = [...authorities, ...Object.keys(leaves)]
const pkiFiles = [...pairs.flatMap(base => [`${base}.key`, `${base}.crt`]), 'sa.key', 'sa.pub']
const kubeconfigs = ['admin', 'super-admin', 'kubelet', 'controller-manager', 'scheduler'].map(name => `${name}.conf`)

const work = mkdtempSync(join(tmpdir(), 'killed-'))
t.teardown(() => rmSync(work, { recursive: true }))
const scratch = join(work, 'node')
const pki = join(scratch, 'pki')
const configuration = join(work, 'cluster.yaml')
writeFileSync(configuration, `apiVersion: kubeadm.k8s.io/v1beta4
kind: InitConfiguration
localAPIEndpoint: {advertiseAddress: 192.0.2.10}
nodeRegistration: {name: master}
---
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
encryptionAlgorithm: ECDSA-P256
certificatesDir: ${pki}
`)

interface Ended { readonly code: number | null, readonly signal: NodeJS.Signals | null, readonly output: string }
function run(program: string, ...args: readonly string[]): Promise<Ended> {
  return new Promise(resolve => {
    const child = execFile(program, args, (_error, stdout, stderr) => resolve({ code: child.exitCode, signal: child.signalCode, output: stdout + stderr }))
  })
}
const strace = async (fault: string, path: readonly string[], command: readonly string[]) =>
  await run('strace', '-f', '-qq', '-o', '/dev/null', ...path.flatMap(name => ['-P', name]), '-e', fault, kubeadm, ...command)
const certs = ['init', 'phase', 'certs', 'all', '--config', configuration]
const conf = ['init', 'phase', 'kubeconfig', 'all', '--config', configuration, '--kubeconfig-dir', scratch]
const temporary = (path: string) => join(dirname(path), `.${basename(path)}.kubeadm`)
const files = () => readdirSync(scratch, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name))

/** openssl judges each pair, and that each certificate is of its CA. */
async function allFit(t: Test, bases: readonly string[]): Promise<void> {
  for (const base of bases) {
    const [certificate, key] = await Promise.all([run('openssl', 'x509', '-in', `${pki}/${base}.crt`, '-noout', '-pubkey'), run('openssl', 'pkey', '-in', `${pki}/${base}.key`, '-pubout')])
    if (certificate.code !== 0 || certificate.output !== key.output) t.fail(`${base}.key does not fit ${base}.crt`)
    const { output } = await run('openssl', 'verify', '-x509_strict', '-CAfile', `${pki}/${leaves[base] ?? base}.crt`, `${pki}/${base}.crt`)
    if (!output.includes(': OK')) t.fail(output)
  }
}

async function recovers(t: Test, file: string, command: readonly string[], expected: readonly string[]): Promise<void> {
  const killed = await strace('inject=write,pwrite64,writev:signal=KILL:when=1', [temporary(file)], command)
  t.equal(killed.signal ?? killed.code, 'SIGKILL', `${basename(file)}: it was killed`)
  t.notOk(existsSync(file), 'before the file had its name')
  const before = new Map(files().filter(path => !basename(path).startsWith('.')).map(path => [path, readFileSync(path, 'utf8')]))
  t.notOk([...before.values()].includes(''), 'no file is torn')
  const again = await run(kubeadm, ...command)
  t.equal(again.code, 0, again.output)
  t.strictSame(files().filter(path => !path.startsWith(`${pki}/`) || command === certs).toSorted(), expected.toSorted(), 'everything is there, and nothing else')
  for (const [path, text] of before) t.equal(readFileSync(path, 'utf8'), text, `${path} was kept`)
}

if ((await run('strace', '-V')).code !== 0) await run('apt-get', 'install', '--yes', 'strace')

t.test('certificates and keys', async t => {
  for (const name of pkiFiles) {
    t.test(name, async t => {
      rmSync(scratch, { recursive: true, force: true })
      await recovers(t, join(pki, name), certs, pkiFiles.map(file => join(pki, file)))
      await allFit(t, pairs)
      t.equal((await run('openssl', 'pkey', '-in', `${pki}/sa.key`, '-pubout')).output, readFileSync(`${pki}/sa.pub`, 'utf8'))
    })
  }
})

t.test('kubeconfigs', async t => {
  const complete = join(work, 'complete')
  cpSync(pki, complete, { recursive: true })
  for (const name of kubeconfigs) {
    t.test(name, async t => {
      rmSync(scratch, { recursive: true, force: true })
      mkdirSync(scratch)
      cpSync(complete, pki, { recursive: true })
      await recovers(t, join(scratch, name), conf, kubeconfigs.map(file => join(scratch, file)))
    })
  }
})

t.test('a renewal that is killed before the first or between the two renames of a pair is simply run again', async t => {
  const renew = ['certs', 'renew', 'apiserver', '--config', configuration]
  for (const name of ['apiserver.key', 'apiserver.crt']) {
    const killed = await strace('inject=rename:signal=KILL:when=1', [temporary(join(pki, name))], renew)
    t.equal(killed.signal ?? killed.code, 'SIGKILL', name)
    const again = await run(kubeadm, ...renew)
    t.equal(again.code, 0, again.output)
    await allFit(t, pairs)
    t.notOk(files().some(path => path.endsWith('.kubeadm')), 'no temporary file stays')
  }
})
