import { execFileSync } from 'node:child_process'
import { createPrivateKey, createPublicKey } from 'node:crypto'
import t from 'tap'
import { keySource } from '../../src/certs/keys.ts'
import { makeSigningRequests } from '../../src/certs/requests.ts'
import { parseKubeconfig } from '../../src/cluster/kubeconfig.ts'
import { memoryHost } from '../../src/host/memory.ts'
import { controlPlaneWith } from '../fixtures/control-plane.ts'

const configuration = controlPlaneWith({ cluster: { encryptionAlgorithm: 'ECDSA-P256', certificatesDir: '/out/pki' } })
const make = async (host = memoryHost(), external = false) => {
  const chosen = external ? controlPlaneWith({ cluster: { ...configuration.cluster, etcd: { external: { endpoints: [], httpEndpoints: [], caFile: '', certFile: '', keyFile: '' } } } }) : configuration
  return { host, requests: await makeSigningRequests({ host, configuration: chosen, keys: keySource('ECDSA-P256'), kubeconfigDirectory: '/out' }) }
}
/** openssl judges. */
const openssl = (input: string, ...args: readonly string[]) => execFileSync('openssl', ['req', '-noout', ...args], { input, stdio: 'pipe' }).toString()

t.test('a key and a request for every certificate, none for a CA', async t => {
  const { host, requests } = await make()
  t.strictSame(requests, [
    ...['apiserver', 'apiserver-kubelet-client', 'front-proxy-client', 'etcd/server', 'etcd/peer', 'etcd/healthcheck-client', 'apiserver-etcd-client'].map(base => `/out/pki/${base}.csr`),
    ...['admin', 'super-admin', 'kubelet', 'controller-manager', 'scheduler'].map(name => `/out/${name}.conf.csr`),
  ])
  for (const path of requests) {
    const request = host.disk.get(path)
    t.equal(request?.mode, 0o600, path)
    openssl(request?.content ?? '', '-verify')
    const file = host.disk.get(path.endsWith('.conf.csr') ? path.replace('.csr', '') : path.replace('.csr', '.key'))
    t.equal(file?.mode, 0o600, path)
    const key = path.endsWith('.conf.csr')
      ? Buffer.from(parseKubeconfig(file?.content ?? '', path).users[0]?.user['client-key-data'] ?? '', 'base64').toString() : file?.content ?? ''
    t.equal(openssl(request?.content ?? '', '-pubkey'), createPublicKey(createPrivateKey(key)).export({ type: 'spki', format: 'pem' }), path)
  }
  const text = openssl(host.disk.get('/out/pki/apiserver.csr')?.content ?? '', '-text')
  t.match(text, /DNS:kube-master, DNS:kubernetes, .*IP Address:10\.96\.0\.1, IP Address:192\.0\.2\.10/)
  t.match(openssl(host.disk.get('/out/admin.conf.csr')?.content ?? '', '-subject'), /O = kubeadm:cluster-admins, CN = kubernetes-admin/)
  t.match(parseKubeconfig(host.disk.get('/out/kubelet.conf')?.content ?? '', 'kubelet.conf'), {
    clusters: [{ name: 'kubernetes', cluster: { server: 'https://192.0.2.10:6443' } }], 'current-context': 'system:node:kube-master@kubernetes', users: [{ name: 'system:node:kube-master' }],
  })
})

t.test('no key is overwritten, and nothing is written when one is there', async t => {
  for (const path of ['/out/pki/etcd/peer.key', '/out/pki/apiserver.csr', '/out/scheduler.conf', '/out/admin.conf.csr']) {
    const host = memoryHost({ files: { [path]: 'precious' } })
    await t.rejects(make(host), { code: 'file-exists', message: `There already is ${path}.` })
    t.strictSame([...host.disk].filter(([, file]) => file.kind === 'file').map(([name]) => name), [path])
  }
})

t.test('with an external etcd there are no requests for etcd', async t => {
  t.notOk((await make(memoryHost(), true)).requests.some(path => path.includes('etcd')))
})
