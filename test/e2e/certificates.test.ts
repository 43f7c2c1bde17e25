import { createPrivateKey, X509Certificate } from 'node:crypto'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { generateKey, privateKeyPem } from '../../src/certs/keys.ts'
import { managedCertificates } from '../../src/certs/managed.ts'
import { identityOf } from '../../src/certs/read-x509.ts'
import { parseCertificates } from '../../src/certs/store.ts'
import { signCertificate, validityFrom, type Signer } from '../../src/certs/x509.ts'
import { newestVersion } from '../../src/config/versions.ts'
import { initConfiguration } from './configuration.ts'
import { testNodes, type TestNode } from './nodes.ts'
import { until } from './until.ts'
import { upstreamKubeadm } from './upstream-kubeadm.ts'

const kubeadm = join(import.meta.dirname, '../../build/kubeadm')
const pki = '/etc/kubernetes/pki'
const upstream = '/root/kubeadm-upstream'
const { nodes, host, remove } = await testNodes({ prefix: 'certificates', count: 1, kubeadm })
const [master] = nodes as readonly [TestNode]
t.teardown(remove)
await master.copyIn(await upstreamKubeadm(newestVersion, host), upstream)
await master.write('/root/init.yaml', initConfiguration('certs1.0123456789abcdef', newestVersion))
await master.output('kubeadm init master --config /root/init.yaml')

/** SHA-256 of the certificate that a port serves, and of the one in a file. */
const served = async (port: number) => await master.output(`openssl s_client -connect ${port === 2379 ? '127.0.0.1' : master.address}:${port} </dev/null 2>/dev/null | openssl x509 -noout -fingerprint -sha256`)
const inFile = async (base: string) => await master.output(`openssl x509 -in ${pki}/${base}.crt -noout -fingerprint -sha256`)
const components = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler']
/** The process of each component. */
const processes = async () => Object.fromEntries(await Promise.all(components.map(async name => [name, await master.output(`pidof ${name} || true`)] as const)))
/** Waits until the kubelet has told the API server that it lives. */
async function kubeletReports(): Promise<void> {
  const since = Date.now()
  await until('the kubelet renews its lease', 60, async () => {
    const { stdout } = await master.run(`kubectl -n kube-node-lease get lease ${master.name} -o jsonpath={.spec.renewTime}`)
    return { ok: Date.parse(stdout) > since, seen: stdout }
  })
}

async function everythingIsNew(t: Test): Promise<void> {
  for (const [port, base] of [[6443, 'apiserver'], [2379, 'etcd/server'], [2380, 'etcd/peer']] as const) t.equal(await served(port), await inFile(base), `port ${port} serves ${base}.crt`)
  t.match(await master.output('cat /root/.kube/config'), new RegExp((await master.output('grep client-certificate-data /etc/kubernetes/admin.conf')).trim().split(' ').at(-1) ?? '-'), 'root\'s kubeconfig has the new certificate')
  t.match(await master.output('kubectl get pods -A'), /kube-apiserver/)
  for (const { row, signer } of managedCertificates) {
    if (row !== undefined) t.match(await master.output(`openssl verify -x509_strict -CAfile ${pki}/${signer.base}.crt ${pki}/${row.base}.crt`), /OK/, row.base)
  }
}

t.test('check-expiration agrees with upstream\'s program', async t => {
  const lines = (text: string) => text.split('\n').map(line => line.trimEnd())
  const [ours, theirs] = [await master.output('kubeadm certs check-expiration'), await master.output(`${upstream} certs check-expiration`)]
  t.match(ours, /by the configuration from ConfigMap kube-system\/kubeadm-config/)
  t.strictSame(lines(ours).slice(lines(ours).findIndex(line => line.startsWith('CERTIFICATE '))), lines(theirs).slice(lines(theirs).findIndex(line => line.startsWith('CERTIFICATE '))))
  const withoutTime = (text: string) => text.replaceAll(/("?residualTime"?: )\d+/g, '$1…').trim()
  for (const form of ['json', 'yaml']) {
    t.equal(withoutTime(await master.output(`kubeadm certs check-expiration -o ${form}`)), withoutTime(await master.output(`${upstream} certs check-expiration -o ${form}`)), form)
  }
})

t.test('all are renewed while the control plane runs, and it uses the new ones', async t => {
  const [before, old] = [await processes(), await inFile('apiserver')]
  const said = await master.output('kubeadm certs renew all')
  t.match(said, /apiserver: renewed[\s\S]*\/root\/\.kube\/config refreshed/)
  t.match(said, /by themselves: etcd, kube-apiserver\nRestarted: kube-controller-manager, kube-scheduler/)
  t.not(await inFile('apiserver'), old)
  await everythingIsNew(t)
  const after = await processes()
  for (const name of components) t.equal(after[name] === before[name], ['etcd', 'kube-apiserver'].includes(name), `${name} was restarted only if it had to be`)
})

t.test('one alone, and without touching what runs', async t => {
  const before = await processes()
  t.match(await master.output('kubeadm certs renew scheduler.conf --no-restart'), /scheduler\.conf: renewed[\s\S]*Nothing was restarted/)
  t.strictSame(await processes(), before)
  t.match(await master.run('kubeadm certs renew nonsense'), { exitCode: 1, stderr: /"nonsense" is no certificate/ })
})

t.test('phases of init run alone on a control plane that runs, and keep what is there', async t => {
  const before = await master.output('sha256sum /etc/kubernetes/pki/*.* /etc/kubernetes/pki/etcd/* /etc/kubernetes/*.conf /etc/kubernetes/manifests/*')
  for (const phase of ['certs all', 'kubeconfig all', 'etcd local', 'control-plane all', 'upload-config all', 'mark-control-plane', 'bootstrap-token', 'kubelet-finalize all', 'addon all']) {
    t.match(await master.run(`kubeadm init phase ${phase} --config /root/init.yaml`), { exitCode: 0, stderr: '' }, phase)
  }
  t.equal(await master.output('sha256sum /etc/kubernetes/pki/*.* /etc/kubernetes/pki/etcd/* /etc/kubernetes/*.conf /etc/kubernetes/manifests/*'), before)
})

t.test('a user is listed, and may do nothing once revoked', async t => {
  await master.output('cd /root && kubeadm user create bob --cluster-role view --expires 8h -o bob')
  t.match(await master.output('kubeadm user list'), /^NAME +EXPIRES +MAY DO\nbob +20\d\d-\S+ \S+ UTC +what the ClusterRole view allows$/m)
  t.equal(await master.output('kubectl --kubeconfig /root/bob auth can-i list pods -A'), 'yes')
  await master.output('kubectl create rolebinding by-hand --clusterrole=edit --user=bob')
  const said = await master.run('kubeadm user revoke bob')
  t.match(said, { exitCode: 0, stdout: /taken away: what the ClusterRole view allows/, stderr: /rights that somebody else gave[\s\S]*-> kubectl -n default delete rolebinding by-hand/ })
  await master.output('kubectl -n default delete rolebinding by-hand')
  t.match(await master.run('kubectl --kubeconfig /root/bob auth can-i list pods -A'), { exitCode: 1, stdout: /^no/ })
  t.match(await master.run('kubeadm user revoke bob'), { exitCode: 1, stderr: /Nobody named bob has any rights[\s\S]*kubeadm user list/ })
})

t.test('when all have expired and the machine was rebooted, renewing brings it back', async t => {
  const past = validityFrom(new Date(Date.now() - 3 * 3600_000), 3600_000)
  const again = async (text: string, signer: Signer) => {
    const { subject, usages } = identityOf(parseCertificates(text, 'x')[0])
    const key = await generateKey('ECDSA-P256')
    return { cert: signCertificate(subject, usages, key, signer, past), key: privateKeyPem(key) }
  }
  const signers = new Map(await Promise.all(['ca', 'etcd/ca', 'front-proxy-ca'].map(async base => [base, {
    certificate: new X509Certificate(await master.output(`cat ${pki}/${base}.crt`)), key: createPrivateKey(await master.output(`cat ${pki}/${base}.key`)),
  }] as const)))
  for (const { row, kubeconfig, signer } of managedCertificates) {
    const by = signers.get(signer.base) as Signer
    if (row !== undefined) {
      const { cert, key } = await again(await master.output(`cat ${pki}/${row.base}.crt`), by)
      await master.write(`${pki}/${row.base}.key`, key)
      await master.write(`${pki}/${row.base}.crt`, cert)
    } else {
      const path = `/etc/kubernetes/${kubeconfig.file}`
      const text = await master.output(`cat ${path}`)
      const { cert, key } = await again(Buffer.from(/client-certificate-data: (.*)/.exec(text)?.[1] ?? '', 'base64').toString(), by)
      const encoded = (part: string) => Buffer.from(part).toString('base64')
      await master.write(path, text.replace(/client-certificate-data: .*/, `client-certificate-data: ${encoded(cert)}`).replace(/client-key-data: .*/, `client-key-data: ${encoded(key)}`))
    }
  }
  const current = '/var/lib/kubelet/pki/kubelet-client-current.pem'
  const { cert, key } = await again(await master.output(`cat ${current}`), signers.get('ca') as Signer)
  await master.write(current, cert + key)
  await master.kill()
  await master.start()
  await until('the machine is up again', 30, async () => {
    const { stdout } = await master.run('systemctl is-active containerd')
    return { ok: stdout.trim() === 'active', seen: stdout }
  })
  t.equal((await master.run('kubectl get nodes')).exitCode, 1)
  const said = await master.run('kubeadm certs renew all')
  t.equal(said.exitCode, 0, said.stderr)
  t.match(said.stdout, /kubelet\.conf: had expired, renewed, and the kubelet was restarted/)
  await kubeletReports()
  await everythingIsNew(t)
  t.equal(await master.output('systemctl is-active kubelet'), 'active')
})
