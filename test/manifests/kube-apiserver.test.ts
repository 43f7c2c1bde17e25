import t from 'tap'
import { kubeApiserverPod } from '../../src/manifests/kube-apiserver.ts'
import { controlPlane, controlPlaneWith } from '../fixtures/control-plane.ts'

const facts = { caDirectories: [], proxies: [], externalCA: false }

t.test('the certificates of an external etcd are mounted by their folders, none twice', async t => {
  const volumes = (caFile: string, certFile: string, keyFile: string) => {
    const external = { endpoints: ['https://192.0.2.21:2379'], httpEndpoints: [], caFile, certFile, keyFile }
    const { spec } = kubeApiserverPod(controlPlaneWith({ cluster: { etcd: { external } } }), facts)
    return spec.volumes?.filter(({ name }) => name.startsWith('etcd-certs-')).map(({ name, hostPath }) => `${name} ${hostPath?.path}`)
  }
  t.same(volumes('/z/ca.crt', '/a/client.crt', '/a/client.key'), ['etcd-certs-0 /a', 'etcd-certs-1 /z'])
  t.same(volumes('/etc/etcd/ca.crt', '/etc/etcd/client/client.crt', '/etc/etcd/client/client.key'), ['etcd-certs-0 /etc/etcd'], 'one within the other')
  t.same(volumes('/etc/etcd/ca.crt', '/etc/etcd-client/client.crt', '/etc/etcd-client/client.key'), ['etcd-certs-0 /etc/etcd', 'etcd-certs-1 /etc/etcd-client'])
  t.same(volumes('/etc/ssl/certs/ca.crt', '/etc/kubernetes/pki/etcd/client.crt', '/usr/share/ca-certificates/client.key'), [], 'mounted anyway')
  t.same(volumes('', '', ''), [])
})

t.test('an external etcd without certificates gets no flags for them', async t => {
  const external = { endpoints: ['http://192.0.2.21:2379'], httpEndpoints: [], caFile: '', certFile: '', keyFile: '' }
  const { spec } = kubeApiserverPod(controlPlaneWith({ cluster: { etcd: { external } } }), facts)
  t.same(spec.containers[0]?.command?.filter(flag => flag.startsWith('--etcd')), ['--etcd-servers=http://192.0.2.21:2379'])
})

t.test('a volume of the operator replaces ours of the same name', async t => {
  const extraVolumes = [{ name: 'ca-certs', hostPath: '/srv/certs', mountPath: '/etc/ssl/certs' }]
  const { spec } = kubeApiserverPod(controlPlaneWith({ cluster: { apiServer: { ...controlPlane.cluster.apiServer, extraVolumes } } }), facts)
  t.same(spec.volumes?.map(({ name, hostPath }) => `${name} ${hostPath?.path}`), ['ca-certs /srv/certs', 'k8s-certs /etc/kubernetes/pki'])
})

t.test('listening on all addresses, it is probed at the Pod\'s own', async t => {
  const { spec } = kubeApiserverPod(controlPlaneWith({ localAPIEndpoint: { advertiseAddress: '0.0.0.0' } }), facts)
  t.strictSame(spec.containers[0]?.livenessProbe?.httpGet, { path: '/livez', port: 'probe-port', scheme: 'HTTPS' })
})
