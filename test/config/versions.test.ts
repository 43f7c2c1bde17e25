import t from 'tap'
import { images, imagesOf, releaseOf } from '../../src/config/versions.ts'
import { controlPlaneWith } from '../fixtures/control-plane.ts'

t.test('a minor version brings its own etcd, CoreDNS and pause', async t => {
  t.strictSame(images(controlPlaneWith({ cluster: { kubernetesVersion: 'v1.35.4' } }).cluster), [
    'registry.k8s.io/kube-apiserver:v1.35.4', 'registry.k8s.io/kube-controller-manager:v1.35.4', 'registry.k8s.io/kube-scheduler:v1.35.4',
    'registry.k8s.io/kube-proxy:v1.35.4', 'registry.k8s.io/coredns/coredns:v1.13.1', 'registry.k8s.io/pause:3.10.1', 'registry.k8s.io/etcd:3.6.6-0',
  ])
})

t.test('places and tags', async t => {
  const { cluster } = controlPlaneWith({ cluster: { kubernetesVersion: 'v1.36.3+build.1', imageRepository: 'example.com/k8s' } })
  t.match(imagesOf(cluster), { apiServer: 'example.com/k8s/kube-apiserver:v1.36.3_build.1', coreDns: 'example.com/k8s/coredns:v1.14.2', etcd: 'example.com/k8s/etcd:3.6.8-0' })
  t.equal(imagesOf({ ...cluster, etcd: { external: { endpoints: [], httpEndpoints: [], caFile: '', certFile: '', keyFile: '' } } }).etcd, undefined)
})

t.test('releases', async t => {
  t.equal(releaseOf('v1.36.0-rc.0')?.minor, 36)
  t.equal(releaseOf('1.34.1')?.minor, 34)
  for (const text of ['v1.33.1', 'v1.36', 'v2.36.0', 'v1.36.1 ', '']) t.equal(releaseOf(text), undefined, text)
})
