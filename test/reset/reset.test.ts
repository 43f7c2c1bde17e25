import t from 'tap'
import { kubeconfigFor, kubeconfigToText } from '../../src/cluster/kubeconfig.ts'
import type { Event } from '../../src/core/event.ts'
import { journalPath } from '../../src/core/journal.ts'
import { Problem } from '../../src/core/problem.ts'
import { memoryHost, type MemoryHost, type MemoryHostOptions } from '../../src/host/memory.ts'
import { reset } from '../../src/reset/reset.ts'
import { authority, httpsServer, kubeletCertificate } from '../fixtures/https-server.ts'

const etcd = (dataDir: string, members = 'vm=https://192.0.2.10:2380') => `spec:\n  containers:\n  - command:\n    - etcd\n    - --data-dir=${dataDir}\n    - --initial-cluster=${members}\n    - --name=vm\n`
const socket = '/var/run/containerd/containerd.sock'
const kubeconfig = (server = 'https://192.0.2.10:6443', ca = 'x') => kubeconfigToText(kubeconfigFor({ clusterName: 'kubernetes', server, ca, user: 'kubernetes-admin', credential: { token: 'x' } }))
const master: Readonly<Record<string, string>> = {
  '/etc/kubernetes/admin.conf': kubeconfig(), '/etc/kubernetes/super-admin.conf': kubeconfig(), '/etc/kubernetes/kubelet.conf': kubeconfig(),
  '/etc/kubernetes/manifests/etcd.yaml': etcd('/var/lib/etcd'), '/etc/kubernetes/manifests/kube-apiserver.yaml': 'x',
  '/etc/kubernetes/pki/ca.key': 'x', '/etc/kubernetes/pki/etcd/ca.key': 'x', '/var/lib/etcd/member/wal/0.wal': 'x', '/var/lib/kubelet/config.yaml': 'x',
  '/var/log/pods/kube-system_etcd/0.log': 'x', '/var/log/containers/etcd.log': 'x', '/run/kubeadm/kubectl/x': 'x',
  '/root/.kube/config': kubeconfig(), [journalPath]: '{"command":"init","finished":true}', [socket]: '', '/etc/hostname': 'vm', '/etc/cni/net.d/10.conf': 'x',
}
const left = (host: MemoryHost) => [...host.disk].filter(([, { kind }]) => kind === 'file').map(([path]) => path).toSorted()
const untouched = ['/etc/cni/net.d/10.conf', '/etc/hostname', socket]

async function run(options: MemoryHostOptions | MemoryHost, flags: Parameters<typeof reset>[0]['flags'] = {}, answer: string | undefined = 'y', admin = '/etc/kubernetes/admin.conf') {
  const host = 'disk' in options ? options : memoryHost({ services: { kubelet: { active: true }, containerd: { active: true } }, ...options })
  const events: Event[] = []
  const error: unknown = await reset({ flags, kubeconfig: admin, ask: async () => answer }, host, event => { events.push(event) }).then(() => undefined, (problem: unknown) => problem)
  return { host, error, events, notes: events.flatMap(event => event.type === 'note' ? [event.text] : []) }
}

t.test('a master: nothing of ours is left, and nothing else is touched', async t => {
  const { host, error } = await run({ files: master })
  t.equal(error, undefined)
  t.same(left(host), untouched)
  t.same(host.ran, ['stop kubelet'])
})

t.test('a second time, and on a machine that never was a node, there is nothing to do', async t => {
  const { host } = await run({ files: master })
  t.equal((await run(host)).error, undefined)
  t.equal((await run({ services: {} })).error, undefined)
})

t.test('without a yes nothing is done; --force asks nobody', async t => {
  for (const answer of ['', 'n', 'no', 'yep', 'force']) {
    const { host, error } = await run({ files: master }, {}, answer)
    t.match(error, { code: 'not-confirmed', fix: [/--force/] })
    t.same(left(host), Object.keys(master).toSorted())
    t.same(host.ran, [])
  }
  await t.rejects(reset({ flags: {}, kubeconfig: '/none', ask: async () => undefined }, memoryHost(), () => {}), { code: 'not-confirmed' }, 'nobody is there')
  for (const answer of ['Y', 'yes', ' y ']) t.equal((await run({ files: master }, {}, answer)).error, undefined, answer)
  t.equal((await run({ files: master }, { force: true }, 'n')).error, undefined)
})

t.test('an unknown phase is refused before anybody is asked', async t => {
  t.match((await run({ files: master }, { skipPhases: ['cleanup'] }, 'n')).error, { code: 'phase-unknown' })
})

t.test('only root may', async t => {
  const { host, error } = await run({ files: master, machine: { uid: 1000 } })
  t.match(error, { code: 'not-root' })
  t.same(left(host), Object.keys(master).toSorted())
})

t.test('with the container runtime stopped the files go all the same, and what is left is said', async t => {
  const stopped = { sandboxes: async () => { throw new Problem('container-runtime-unreachable', 'containerd does not answer.', ['systemctl start containerd']) } }
  const { host, error } = await run({ files: master, containerRuntime: stopped })
  t.match(error, { code: 'reset-incomplete', message: /containerd does not answer/, fix: ['systemctl start containerd', 'Then: kubeadm reset'] })
  t.same(left(host), [...untouched, journalPath].toSorted(), 'the journal stays: it is not over')
})

t.test('without any container runtime there are no containers, and that is no failure', async t => {
  const { [socket]: _socket, ...files } = master
  const absent = { sandboxes: async () => { throw new Error('not to be asked') } }
  const { host, error, notes } = await run({ files, services: { kubelet: {} }, containerRuntime: absent })
  t.equal(error, undefined)
  t.match(notes.join(), /no containerd on this machine/)
  t.same(left(host), ['/etc/cni/net.d/10.conf', '/etc/hostname'])
})

t.test('a Pod that cannot be removed is told after all others have gone', async t => {
  const removed: string[] = []
  let closedAfter = -1
  const sandbox = (name: string) => ({ id: `${name}-0123456789abcdef`, name, namespace: 'kube-system', ready: true })
  const { error, host } = await run({
    files: master,
    containerRuntime: {
      sandboxes: async () => [sandbox('stuck'), sandbox('slow')],
      removeSandbox: async id => {
        if (id.startsWith('stuck')) throw new Error('device busy')
        for (let turn = 0; turn < 500; turn++) await Promise.resolve()
        removed.push(id)
      },
      close: () => { closedAfter = removed.length },
    },
  })
  t.match(error, { code: 'reset-incomplete', message: /kube-system\/stuck.*device busy/, fix: [/crictl .* rmp -f stuck-0123456/, /kubeadm reset/] })
  t.equal(closedAfter, 1)
  t.ok(host.clock.ticks() < 30_000)
})

t.test('a mount that stays keeps what is behind it, and only that', async t => {
  const mounted = { ...master, '/proc/self/mountinfo': '30 29 0:26 / /var/lib/kubelet/pods/a/volumes/nfs rw - nfs x rw', '/var/lib/kubelet/pods/a/volumes/nfs/data': 'precious' }
  const { host, error } = await run({ files: mounted, commands: { umount: { exitCode: 32, stderr: 'target is busy' } } })
  t.match(error, { code: 'reset-incomplete', message: /Still mounted below \/var\/lib\/kubelet: .*nfs/, fix: [/fuser/, /kubeadm reset/, /kubeadm reset/] })
  t.match(left(host), ['/etc/cni/net.d/10.conf', '/etc/hostname', '/proc/self/mountinfo', '/var/lib/kubeadm/journal.json', '/var/lib/kubelet/config.yaml', '/var/lib/kubelet/pods/a/volumes/nfs/data', socket])
})

t.test('etcd\'s data go where its manifest says that they are, and another etcd keeps its own', async t => {
  const moved = await run({ files: { ...master, '/etc/kubernetes/manifests/etcd.yaml': etcd('/srv/etcd'), '/srv/etcd/member/snap/db': 'x' } })
  t.same(left(moved.host), [...untouched, '/var/lib/etcd/member/wal/0.wal'].toSorted())
  const { '/etc/kubernetes/manifests/etcd.yaml': _manifest, ...external } = master
  t.ok((await run({ files: external }, {}, 'y', '/root/none')).host.disk.has('/var/lib/etcd/member/wal/0.wal'), 'an external etcd on the same machine')
})

t.test('data that could not be removed are still known to be ours the second time', async t => {
  const mountinfo = '30 29 0:26 / /var/lib/etcd/member rw - ext4 x rw'
  const { host, error } = await run({ files: { ...master, '/proc/self/mountinfo': mountinfo } })
  t.match(error, { code: 'reset-incomplete', message: /\/var\/lib\/etcd/ })
  await host.files.write('/proc/self/mountinfo', '', { mode: 0o444 })
  t.equal((await run(host)).error, undefined)
  t.same(left(host), ['/proc/self/mountinfo', ...untouched].toSorted())
})

t.test('a member among others leaves word for them', async t => {
  const { events } = await run({ files: { ...master, '/etc/kubernetes/manifests/etcd.yaml': etcd('/var/lib/etcd', 'a=https://192.0.2.1:2380,b=https://192.0.2.2:2380') } })
  t.match(events.filter(event => event.type === 'finding'), [{ check: 'EtcdMember', message: /one of 2 members/ }])
})

t.test('in a certificate directory of somebody\'s choice only kubeadm\'s own files go', async t => {
  const files = { '/etc/ssl/ca.crt': 'x', '/etc/ssl/ca.key': 'x', '/etc/ssl/sa.pub': 'x', '/etc/ssl/etcd/peer.key': 'x', '/etc/ssl/openssl.cnf': 'x', '/etc/ssl/etcd/mine': 'x' }
  t.same(left((await run({ files }, { certDir: '/etc/ssl' })).host), ['/etc/ssl/etcd/mine', '/etc/ssl/openssl.cnf'])
  t.ok(left((await run({ files: { '/bin/sh': 'x' } }, { certDir: '/' })).host).includes('/bin/sh'))
})

t.test('an admin.conf that cannot be used, or is no file, is in nobody\'s way', async t => {
  for (const text of ['', '{', 'kind: Config', '- 1']) {
    const { host, error } = await run({ files: { ...master, '/etc/kubernetes/admin.conf': text } })
    t.equal(error, undefined, text)
    t.notOk(host.disk.has('/etc/kubernetes/admin.conf'))
    t.ok(host.disk.has('/root/.kube/config'), 'root\'s own kubeconfig is not guessed at')
  }
  const memory = memoryHost({ files: { ...master, '/etc/kubernetes/admin.conf/': '' }, services: { kubelet: {} } })
  const read = memory.files.read
  memory.files.read = async path => {
    if (path === '/etc/kubernetes/admin.conf') throw new Problem('file-failed', 'it is a directory', ['Move it away.'])
    return await read(path)
  }
  t.equal((await run(memory)).error, undefined)
})

t.test('root\'s kubeconfig loses this cluster only', async t => {
  const own = kubeconfig('https://192.0.2.99:6443', 'other').replaceAll(/kubernetes(?!-admin)/g, 'other')
  t.match((await run({ files: { ...master, '/root/.kube/config': own } })).host.disk.get('/root/.kube/config')?.content, /192\.0\.2\.99/)
  t.notOk((await run({ files: master })).host.disk.has('/root/.kube/config'))
})

t.test('a worker\'s Node is deleted by the name that its certificate has, where an administrator lets it', async t => {
  const server = await httpsServer(() => ({ status: 200, body: { kind: 'Status', apiVersion: 'v1', status: 'Success' } }))
  t.teardown(server.close)
  const pem = '/var/lib/kubelet/pki/kubelet-client-current.pem'
  const worker = {
    '/etc/kubernetes/kubelet.conf': kubeconfigToText(kubeconfigFor({ clusterName: 'x', server: server.url, ca: server.ca, user: 'x', credential: { cert: '', key: '' } }))
      .replace(/client-certificate-data:.*/, `client-certificate: ${pem}`).replace(/client-key-data:.*/, `client-key: ${pem}`),
    [pem]: await kubeletCertificate('shop-1', await authority()),
    '/root/admin.conf': kubeconfig(server.url, server.ca),
  }
  t.equal((await run({ files: worker }, {}, 'y', '/root/admin.conf')).error, undefined)
  t.same(server.asked.map(({ line }) => line), ['DELETE /api/v1/nodes/shop-1'])

  const { notes, error } = await run({ files: { ...worker, '/root/admin.conf': '{' } })
  t.equal(error, undefined)
  t.match(notes.join(), /kubectl delete node shop-1/, 'or is said to remain')
})

t.test('network rules that stay are a failure, with what to look at', async t => {
  const { error } = await run({ files: master, commands: { 'iptables-save': '*nat\n:KUBE-MARK - [0:0]\nCOMMIT\n', 'iptables-restore': { exitCode: 4, stderr: 'Another app is currently holding the xtables lock.\nmore' } } })
  t.match(error, { code: 'reset-incomplete', message: /iptables-restore --noflush failed: Another app is currently holding the xtables lock\./, fix: ['See what is left: iptables-save | grep KUBE-', 'Then: kubeadm reset'] })
})
