import t from 'tap'
import { installAdminKubeconfig, refreshAdminKubeconfig, removeAdminKubeconfig } from '../../src/cluster/admin-kubeconfig.ts'
import { kubeconfigFor, kubeconfigToText, parseKubeconfig } from '../../src/cluster/kubeconfig.ts'
import { memoryHost } from '../../src/host/memory.ts'

const config = '/root/.kube/config'
const adminConf = (ca: string) => kubeconfigToText(kubeconfigFor({
  clusterName: 'kubernetes', server: 'https://192.0.2.10:6443', ca, user: 'kubernetes-admin', credential: { cert: `cert of ${ca}`, key: `key of ${ca}` },
}))
const other = `apiVersion: v1
kind: Config
preferences:
  colors: true
clusters:
- name: elsewhere
  cluster:
    server: https://elsewhere:6443
    extensions: [{name: x, extension: {last-update: 2026-01-01}}]
contexts:
- name: me@elsewhere
  context: {cluster: elsewhere, user: me, namespace: mine}
users:
- name: me
  user: {exec: {command: login, apiVersion: client.authentication.k8s.io/v1}}
current-context: me@elsewhere
`
const machine = (files: Record<string, string>, environment = {}) =>
  memoryHost({ files: { '/etc/kubernetes/admin.conf': adminConf('ours'), ...files }, machine: { environment } })

t.test('without a kubeconfig it is admin.conf, for its owner only', async t => {
  const host = machine({})
  t.strictSame(await installAdminKubeconfig(host), { path: config })
  t.match(host.disk.get(config), { content: adminConf('ours'), mode: 0o600 })
})

t.test('an empty one is none', async t => {
  const host = machine({ [config]: '\n' })
  t.strictSame(await installAdminKubeconfig(host), { path: config })
  t.equal(host.disk.get(config)?.content, adminConf('ours'))
})

t.test('another cluster stays, and ours becomes the current one', async t => {
  const host = machine({ [config]: other })
  t.strictSame(await installAdminKubeconfig(host), { path: config })
  const merged = parseKubeconfig(host.disk.get(config)?.content ?? '', config)
  const before = parseKubeconfig(other, config)
  t.equal(merged['current-context'], 'kubernetes-admin@kubernetes')
  t.strictSame(merged.clusters[0], before.clusters[0])
  t.strictSame(merged.contexts[0], before.contexts[0])
  t.strictSame(merged.users[0], before.users[0])
  t.strictSame(merged['preferences'], { colors: true })
  t.strictSame(merged.clusters[1], parseKubeconfig(adminConf('ours'), '').clusters[0])
  t.equal(host.disk.get(config)?.mode, 0o600)

  t.test('a second time nothing changes', async t => {
    const content = host.disk.get(config)?.content
    t.strictSame(await installAdminKubeconfig(host), { path: config })
    t.equal(host.disk.get(config)?.content, content)
    t.notOk(host.disk.has(`${config}.1.bak`))
  })

  t.test('and reset takes back ours only', async t => {
    await removeAdminKubeconfig(host, adminConf('ours'))
    t.strictSame(parseKubeconfig(host.disk.get(config)?.content ?? '', config), { ...before, 'current-context': '' })
  })
})

t.test('an older cluster of the same name is replaced, and kept aside under a free name', async t => {
  const host = machine({ [config]: adminConf('older'), [`${config}.1.bak`]: 'precious' })
  t.strictSame(await installAdminKubeconfig(host), { path: config, aside: `${config}.2.bak` })
  t.equal(host.disk.get(`${config}.1.bak`)?.content, 'precious')
  t.match(host.disk.get(`${config}.2.bak`), { content: adminConf('older'), mode: 0o600 })
  t.equal(host.disk.get(config)?.content, adminConf('ours'))
})

t.test('what cannot be read is kept aside', async t => {
  const host = machine({ [config]: '{{{' })
  t.strictSame(await installAdminKubeconfig(host), { path: config, aside: `${config}.1.bak` })
  t.equal(host.disk.get(`${config}.1.bak`)?.content, '{{{')
  t.equal(host.disk.get(config)?.content, adminConf('ours'))
})

t.test('$KUBECONFIG comes first, as for kubectl', async t => {
  const host = machine({ '/srv/kubeconfig': other }, { KUBECONFIG: '/srv/kubeconfig:/srv/more' })
  t.strictSame(await installAdminKubeconfig(host), { path: '/srv/kubeconfig' })
  t.notOk(host.disk.has(config))
  const pointing = machine({}, { KUBECONFIG: '/etc/kubernetes/admin.conf' })
  await installAdminKubeconfig(pointing)
  t.notOk(pointing.disk.has(config))
})

t.test('reset', async t => {
  t.test('removes a kubeconfig that holds nothing else', async t => {
    const host = machine({ [config]: adminConf('ours') })
    await removeAdminKubeconfig(host, adminConf('ours'))
    t.notOk(host.disk.has(config))
  })
  t.test('leaves what is not ours', async t => {
    for (const text of [other, adminConf('older'), '{{{']) {
      const host = machine({ [config]: text })
      await removeAdminKubeconfig(host, adminConf('ours'))
      t.equal(host.disk.get(config)?.content, text)
    }
  })
  t.test('without an admin.conf that can be read it changes nothing', async t => {
    const host = machine({ [config]: adminConf('ours') })
    await removeAdminKubeconfig(host, '')
    t.ok(host.disk.has(config))
  })
})

t.test('without admin.conf it says what is missing', async t => {
  await t.rejects(installAdminKubeconfig(memoryHost()), { code: 'kubeconfig-missing' })
})

t.test('renewed credentials are taken over, and nothing else changes', async t => {
  const renewed = adminConf('ours').replace(/client-key-data: .*/, `client-key-data: ${Buffer.from('renewed').toString('base64')}`)
  const host = machine({ [config]: other })
  await installAdminKubeconfig(host)
  const chosen = (host.disk.get(config)?.content ?? '').replace(/current-context: .*/, 'current-context: me@elsewhere')
  await host.files.write(config, chosen, { mode: 0o600 })
  await host.files.write('/etc/kubernetes/admin.conf', renewed, { mode: 0o600 })
  t.equal(await refreshAdminKubeconfig(host), config)
  const [before, after] = [parseKubeconfig(chosen, config), parseKubeconfig(host.disk.get(config)?.content ?? '', config)]
  t.strictSame({ ...after, users: [] }, { ...before, users: [] })
  t.strictSame(after.users.map(({ name, user }) => [name, user['client-key-data']]), [['me', undefined], ['kubernetes-admin', Buffer.from('renewed').toString('base64')]])
  t.strictSame(await host.files.list('/root/.kube'), ['config'], 'no old key is kept')
})

t.test('a kubeconfig of another cluster, or none, is none of our business', async t => {
  for (const files of [{}, { [config]: other }, { [config]: adminConf('another') }, { [config]: 'no: kubeconfig' }] as Record<string, string>[]) {
    const host = machine(files)
    t.equal(await refreshAdminKubeconfig(host), undefined)
    t.equal(host.disk.get(config)?.content, files[config])
  }
  t.equal(await refreshAdminKubeconfig(machine({}, { KUBECONFIG: '/etc/kubernetes/admin.conf' })), undefined)
})
