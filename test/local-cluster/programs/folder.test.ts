import t from 'tap'
import { Problem } from '../../../src/core/problem.ts'
import { memoryHost } from '../../../src/host/memory.ts'
import { folderSource } from '../../../src/local-cluster/programs/folder.ts'

const sum = (digit: string) => digit.repeat(64)
const common = ['etcd', 'etcdctl', 'coredns', 'pause', 'containerd', 'containerd-shim-runc-v2', 'ctr', 'agnhost']
const sums = [`${sum('a')}  ./v1.36.3/kubenode.xz`, ...common.map(name => `${sum('b')}  ./common/${name}.xz`)].join('\n')
const request = { version: 'v1.36.3', architecture: 'amd64' as const, cache: '/cache' }
const silent = () => {}
const digests = (kubenode: string) => Object.fromEntries([['/assets/v1.36.3/kubenode.xz', kubenode], ...common.map(name => [`/assets/common/${name}.xz`, sum('b')] as const)]
  .map(([path, digest]) => [`sha256sum ${path}`, `${digest}  ${path}`]))

t.test('programs are verified, unpacked once each and known by their checksum', async t => {
  const host = memoryHost({ files: { '/assets/SHA256SUMS': sums }, commands: { ...digests(sum('a')), sh: '' } })
  const found = await folderSource('/assets').provide(request, host, silent)
  t.match(found, { kubelet: '/cache/kubenode-aaaaaaaaaaaaaaaa', 'kube-proxy': '/cache/kubenode-aaaaaaaaaaaaaaaa', etcd: '/cache/etcd-bbbbbbbbbbbbbbbb', agnhost: '/cache/agnhost-bbbbbbbbbbbbbbbb' })
  t.equal(host.ran.filter(line => line.startsWith('sh -c') && line.includes('kubenode')).length, 1)
})

t.test('what is unpacked already is neither read nor unpacked again', async t => {
  const files = Object.fromEntries([['/cache/kubenode-aaaaaaaaaaaaaaaa', ''], ...common.map(name => [`/cache/${name}-bbbbbbbbbbbbbbbb`, ''])])
  const host = memoryHost({ files: { ...files, '/assets/SHA256SUMS': sums } })
  await folderSource('/assets').provide(request, host, silent)
  t.same(host.ran, [])
})

t.test('a file with another checksum must not be used', async t => {
  const host = memoryHost({ files: { '/assets/SHA256SUMS': sums }, commands: { ...digests(sum('c')), sh: '' } })
  const error = await folderSource('/assets').provide(request, host, silent).catch((problem: unknown) => problem)
  t.match(error, { code: 'checksum-mismatch', message: /v1\.36\.3\/kubenode\.xz is not the file/ })
  t.ok(error instanceof Problem)
  t.notOk(host.ran.some(line => line.startsWith('sh -c') && line.includes('kubenode')))
})

t.test('what the folder does not have is said, so that the next source is asked', async t => {
  const host = memoryHost({ files: { '/assets/SHA256SUMS': sums } })
  t.same(await folderSource('/assets').provide({ ...request, version: 'v1.35.4' }, host, silent), { unavailable: '/assets has no v1.35.4/kubenode.xz' })
  t.same(await folderSource('/assets').provide({ ...request, architecture: 'arm64' }, host, silent), { unavailable: '/assets has programs for amd64 only' })
  t.same(await folderSource('/none').provide(request, host, silent), { unavailable: '/none/SHA256SUMS does not exist' })
  t.same(await folderSource(undefined).provide(request, host, silent), { unavailable: 'KUBEADM_ASSETS names no folder' })
})
