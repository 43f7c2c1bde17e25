import t from 'tap'
import { memoryHost } from '../../src/host/memory.ts'
import { emptyDirectory, mountsBelow, unmountBelow } from '../../src/reset/mounts.ts'

const mountinfo = [
  '30 29 0:26 / /var/lib/kubelet/pods/a/volumes/secret rw shared:1 - tmpfs tmpfs rw',
  '31 29 8:1 /data /var/lib/kubelet/pods/a/with\\040blank rw - ext4 /dev/sda1 rw',
  '32 29 8:1 / /var/lib/kubelet2 rw - ext4 /dev/sda1 rw',
].join('\n')
const files = { '/proc/self/mountinfo': mountinfo, '/var/lib/kubelet/config.yaml': 'x' }

t.test('mounts are found deepest first, with blanks in their names', async t => {
  t.same(await mountsBelow(memoryHost({ files }), '/var/lib/kubelet'),
    ['/var/lib/kubelet/pods/a/with blank', '/var/lib/kubelet/pods/a/volumes/secret'])
})

t.test('what cannot be unmounted keeps the directory from being emptied', async t => {
  const host = memoryHost({ files, commands: { umount: { exitCode: 32, stderr: 'target is busy' } } })
  await t.rejects(unmountBelow(host, '/var/lib/kubelet', ['MNT_DETACH']), { code: 'mounted', message: /with blank/ })
  t.equal(host.ran[0], 'umount --lazy -- /var/lib/kubelet/pods/a/with blank')
  await t.rejects(emptyDirectory(host, () => {}, '/var/lib/kubelet'), { code: 'mounted' })
  t.equal(await host.files.read('/var/lib/kubelet/config.yaml'), 'x')
})

t.test('a directory without mounts is emptied and stays', async t => {
  const host = memoryHost({ files: { '/proc/self/mountinfo': '', '/etc/kubernetes/manifests/etcd.yaml': 'x', '/etc/kubernetes/admin.conf': 'y' } })
  await emptyDirectory(host, () => {}, '/etc/kubernetes/manifests')
  t.same(await host.files.list('/etc/kubernetes'), ['admin.conf', 'manifests'])
  t.same(await host.files.list('/etc/kubernetes/manifests'), [])
})
