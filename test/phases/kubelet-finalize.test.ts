import t from 'tap'
import type { Event } from '../../src/core/event.ts'
import { kubeconfigFor, kubeconfigToText, parseKubeconfig } from '../../src/cluster/kubeconfig.ts'
import { memoryHost } from '../../src/host/memory.ts'
import { kubeletFinalize } from '../../src/phases/kubelet-finalize.ts'
import { initContext, planOf } from '../fixtures/init-plan.ts'

const conf = '/etc/kubernetes/kubelet.conf'
const pem = '/var/lib/kubelet/pki/kubelet-client-current.pem'
const [rotation] = kubeletFinalize.phases ?? []
const kubeconfig = (user: string) => kubeconfigToText(kubeconfigFor({
  clusterName: 'kubernetes', server: 'https://192.0.2.10:6443', ca: 'ca', user, credential: { cert: 'cert', key: 'key' },
}))
const own = kubeconfig('system:node:vm')

t.test('kubelet.conf names the renewed certificate, and the kubelet is restarted once', async t => {
  const host = memoryHost({ files: { [conf]: own, [pem]: 'cert and key' } })
  await rotation?.run?.(initContext(planOf(), host))
  t.strictSame(parseKubeconfig(host.disk.get(conf)?.content ?? '', conf).users,
    [{ name: 'system:node:vm', user: { 'client-certificate': pem, 'client-key': pem } }])
  t.equal(host.disk.get(conf)?.mode, 0o600)
  t.same(host.ran, ['restart kubelet'])

  await rotation?.run?.(initContext(planOf(), host))
  t.same(host.ran, ['restart kubelet'], 'the second time nothing is to be done')
})

t.test('the kubelet\'s own folder for certificates counts', async t => {
  const host = memoryHost({ files: { [conf]: own, '/srv/kubelet/kubelet-client-current.pem': 'cert and key' } })
  await rotation?.run?.(initContext(planOf(`
apiVersion: kubeadm.k8s.io/v1beta4
kind: InitConfiguration
nodeRegistration: { kubeletExtraArgs: [{ name: cert-dir, value: /srv/kubelet }] }
`), host))
  t.match(host.disk.get(conf)?.content, '/srv/kubelet/kubelet-client-current.pem')
})

t.test('without a renewed certificate nothing changes, and that is said', async t => {
  const host = memoryHost({ files: { [conf]: own } })
  const events: Event[] = []
  await rotation?.run?.({ ...initContext(planOf(), host), emit: event => events.push(event) })
  t.equal(host.disk.get(conf)?.content, own)
  t.match(events, [{ type: 'note', text: /rotation/ }])
  t.same(host.ran, [])
})

t.test('a kubelet.conf of another node', async t => {
  const host = memoryHost({ files: { [conf]: kubeconfig('system:node:other'), [pem]: 'cert and key' } })
  await t.rejects(rotation?.run?.(initContext(planOf(), host)) ?? Promise.resolve(),
    { code: 'kubelet-conf-user', message: /system:node:vm/ })
  t.same(host.ran, [])
})
