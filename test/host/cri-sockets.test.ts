import t from 'tap'
import { detectCriSockets, runtimeOf } from '../../src/host/cri-sockets.ts'
import { memoryHost } from '../../src/host/memory.ts'

function withSockets(...paths: string[]) {
  const host = memoryHost()
  for (const path of paths) host.disk.set(path, { content: '', mode: 0o660, kind: 'other' })
  return host.files
}

t.test('none, one, several', async t => {
  t.strictSame(await detectCriSockets(withSockets()), [])
  t.strictSame(await detectCriSockets(withSockets('/var/run/crio/crio.sock')), ['unix:///var/run/crio/crio.sock'])
  t.strictSame(await detectCriSockets(withSockets('/var/run/cri-dockerd.sock', '/var/run/containerd/containerd.sock')),
    ['unix:///var/run/containerd/containerd.sock', 'unix:///var/run/cri-dockerd.sock'])
})

t.test('a plain file is no socket', async t => {
  t.strictSame(await detectCriSockets(memoryHost({ files: { '/var/run/crio/crio.sock': '' } }).files), [])
})

t.test('the runtime behind an endpoint', async t => {
  t.equal(runtimeOf('unix:///run/containerd/containerd.sock').service, 'containerd')
  t.equal(runtimeOf('unix:///run/crio/crio.sock').service, 'crio')
  t.equal(runtimeOf('unix:///opt/other.sock').service, 'containerd')
})
