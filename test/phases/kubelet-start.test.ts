import t from 'tap'
import { memoryHost } from '../../src/host/memory.ts'
import { kubeletStart } from '../../src/phases/kubelet-start.ts'
import { initContext, planOf } from '../fixtures/init-plan.ts'

t.test('a running kubelet is stopped first, and started when its files are there', async t => {
  const host = memoryHost({ services: { kubelet: { active: true } }, machine: { hostname: 'vm' } })
  await kubeletStart.run?.(initContext(planOf(), host))
  t.same(host.ran, ['stop kubelet', 'start kubelet'])
  t.match(host.disk.get('/var/lib/kubelet/kubeadm-flags.env'), { content: 'KUBELET_KUBEADM_ARGS=""\n', mode: 0o644 })
  t.match(host.disk.get('/var/lib/kubelet/instance-config.yaml'), { content: 'containerRuntimeEndpoint: unix:///run/containerd/containerd.sock\n', mode: 0o644 })
  t.match(host.disk.get('/var/lib/kubelet/config.yaml'), { content: /^staticPodPath: \/etc\/kubernetes\/manifests$/m, mode: 0o644 })
})

t.test('one that does not run is only started', async t => {
  const host = memoryHost({ services: { kubelet: {} } })
  await kubeletStart.run?.(initContext(planOf(), host))
  t.same(host.ran, ['start kubelet'])
})
