import t from 'tap'
import { memoryHost } from '../../src/host/memory.ts'
import { componentImages, importImage } from '../../src/local-cluster/component-images.ts'
import type { Programs } from '../../src/local-cluster/programs/source.ts'

const tags = { kubernetes: 'v1.36.3', etcd: '3.6.8-0', coredns: 'v1.14.2', pause: '3.10.2' }
const kubernetes = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kube-proxy']
const programs = (path: (name: string) => string) =>
  Object.fromEntries([...kubernetes, 'etcd', 'etcdctl', 'coredns', 'pause'].map(name => [name, path(name)])) as unknown as Programs

t.test('components that are one program share one image under four names', async t => {
  const images = componentImages(programs(name => kubernetes.includes(name) ? '/kubenode' : `/${name}`), tags)
  t.same(images.map(image => image.names.length), [4, 1, 1, 1])
  t.same(images.slice(1).flatMap(image => image.names),
    ['registry.k8s.io/etcd:3.6.8-0', 'registry.k8s.io/coredns/coredns:v1.14.2', 'registry.k8s.io/pause:3.10.2'])
})

t.test('separate programs have an image each, and only kube-proxy\'s has iptables', async t => {
  const images = componentImages(programs(name => `/${name}`), tags)
  t.equal(images.length, 7)
  t.same(images.filter(image => image.copied !== undefined).map(image => image.names), [['registry.k8s.io/kube-proxy:v1.36.3']])
})

t.test('a shared program is copied once and linked for its other names', async t => {
  const host = memoryHost({ commands: { docker: '' } })
  await importImage('node', { names: ['a:1', 'b:1'], programs: { a: '/kubenode', b: '/kubenode' }, entrypoint: [] }, 'amd64', '/scratch', host)
  t.equal(host.ran.filter(line => line.startsWith('docker cp')).length, 1)
  t.ok(host.ran.some(line => line.endsWith('image a /scratch/root/usr/local/bin/b')))
})
