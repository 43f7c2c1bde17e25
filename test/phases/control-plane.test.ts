import t from 'tap'
import { execute } from '../../src/core/execute.ts'
import type { Event } from '../../src/core/event.ts'
import { plan } from '../../src/core/plan.ts'
import { memoryHost } from '../../src/host/memory.ts'
import { controlPlane } from '../../src/phases/control-plane.ts'
import { etcd } from '../../src/phases/etcd.ts'
import { controlPlane as configuration, controlPlaneWith } from '../fixtures/control-plane.ts'

const pki = { '/etc/kubernetes/pki/ca.crt': 'ca', '/etc/kubernetes/pki/ca.key': 'key' }

t.test('four manifests that only root can read', async t => {
  const host = memoryHost({ files: pki })
  await execute(plan([etcd, controlPlane]), { configuration, host, emit: () => {} }, () => {})
  t.same(await host.files.list('/etc/kubernetes/manifests'),
    ['etcd.yaml', 'kube-apiserver.yaml', 'kube-controller-manager.yaml', 'kube-scheduler.yaml'])
  for (const name of await host.files.list('/etc/kubernetes/manifests')) t.equal(host.disk.get(`/etc/kubernetes/manifests/${name}`)?.mode, 0o600, name)
  t.match(host.disk.get('/var/lib/etcd'), { kind: 'directory', mode: 0o700 })
})

t.test('with an external etcd there is none of ours', async t => {
  const host = memoryHost({ files: pki })
  const external = { endpoints: ['https://192.0.2.21:2379'], httpEndpoints: [], caFile: '', certFile: '', keyFile: '' }
  const events: Event[] = []
  const context = { configuration: controlPlaneWith({ cluster: { etcd: { external } } }), host, emit: () => {} }
  await execute(plan([etcd, controlPlane]), context, event => events.push(event))
  t.match(events[0], { phase: 'etcd', status: 'skipped', reason: 'not-needed' })
  t.notOk(host.disk.has('/etc/kubernetes/manifests/etcd.yaml'))
  t.notOk(host.disk.has('/var/lib/etcd'))
})

t.test('one component by itself', async t => {
  const host = memoryHost({ files: pki })
  await execute(plan([etcd, controlPlane], { only: ['control-plane/scheduler'] }), { configuration, host, emit: () => {} }, () => {})
  t.same(await host.files.list('/etc/kubernetes/manifests'), ['kube-scheduler.yaml'])
})

t.test('without the CA\'s key nothing here signs', async t => {
  const host = memoryHost({ files: { '/etc/kubernetes/pki/ca.crt': 'ca' } })
  await execute(plan([controlPlane]), { configuration, host, emit: () => {} }, () => {})
  const manifest = await host.files.read('/etc/kubernetes/manifests/kube-controller-manager.yaml') ?? ''
  t.match(manifest, /--cluster-signing-cert-file=$/m)
  t.match(manifest, /--cluster-signing-key-file=$/m)
})
