import t from 'tap'
import { expirations } from '../../src/certs/expiration.ts'
import { memoryHost } from '../../src/host/memory.ts'
import { certs } from '../../src/phases/certs.ts'
import { kubeconfig } from '../../src/phases/kubeconfig.ts'
import { controlPlaneWith } from '../fixtures/control-plane.ts'
import { runPhases } from '../fixtures/run-phase.ts'

const configuration = controlPlaneWith({ cluster: { encryptionAlgorithm: 'ECDSA-P256' } })
const host = memoryHost()
await runPhases([certs, kubeconfig], host, configuration)
const pki = '/etc/kubernetes/pki'

t.test('every certificate of a control plane with its CA, by name', async t => {
  const found = await expirations(host.files, configuration.cluster)
  t.strictSame(found.certificates.map(({ name, authority }) => `${name} ${authority}`), [
    'admin.conf ca', 'apiserver ca', 'apiserver-etcd-client etcd-ca', 'apiserver-kubelet-client ca', 'controller-manager.conf ca',
    'etcd-healthcheck-client etcd-ca', 'etcd-peer etcd-ca', 'etcd-server etcd-ca', 'front-proxy-client front-proxy-ca', 'scheduler.conf ca', 'super-admin.conf ca',
  ])
  t.strictSame(found.authorities.map(({ name }) => name), ['ca', 'etcd-ca', 'front-proxy-ca'])
  for (const { name, expires, externallyManaged } of found.certificates) {
    t.equal(expires?.toISOString(), '2027-01-01T00:00:00.000Z', name)
    t.equal(externallyManaged, false)
  }
  t.ok(found.authorities.every(({ expires }) => expires?.toISOString() === '2035-12-30T00:00:00.000Z'))
})

t.test('what is missing, what an external CA signed, and without a local etcd', async t => {
  const partly = memoryHost({ files: Object.fromEntries([...host.disk].filter(([, file]) => file.kind === 'file').map(([path, file]) => [path, file.content])) })
  for (const path of [`${pki}/ca.key`, `${pki}/etcd/peer.crt`, '/etc/kubernetes/scheduler.conf', `${pki}/front-proxy-ca.crt`, `${pki}/front-proxy-ca.key`]) partly.disk.delete(path)
  const { certificates, authorities } = await expirations(partly.files, configuration.cluster)
  t.strictSame([...certificates, ...authorities].filter(({ expires }) => expires === undefined).map(({ name }) => name), ['etcd-peer', 'scheduler.conf', 'front-proxy-ca'])
  t.strictSame([...certificates, ...authorities].filter(({ externallyManaged }) => externallyManaged).map(({ name }) => name),
    ['admin.conf', 'apiserver', 'apiserver-kubelet-client', 'controller-manager.conf', 'super-admin.conf', 'ca'])
  const external = controlPlaneWith({ cluster: { etcd: { external: { endpoints: ['https://192.0.2.20:2379'], httpEndpoints: [], caFile: '', certFile: '', keyFile: '' } } } })
  t.notOk(JSON.stringify(await expirations(partly.files, external.cluster)).includes('etcd'))
})

t.test('a file that cannot be read is named', async t => {
  const torn = (path: string, content: string) => memoryHost({ files: { [path]: content } })
  await t.rejects(expirations(torn(`${pki}/apiserver.crt`, '').files, configuration.cluster), { code: 'certificate-unreadable', message: /apiserver\.crt/ })
  await t.rejects(expirations(torn('/etc/kubernetes/admin.conf', '').files, configuration.cluster), { code: 'kubeconfig-malformed', message: /admin\.conf/ })
})
