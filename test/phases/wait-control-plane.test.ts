import t from 'tap'
import { memoryHost } from '../../src/host/memory.ts'
import { healthEndpoints, waitControlPlane } from '../../src/phases/wait-control-plane.ts'
import { controlPlane } from '../fixtures/control-plane.ts'

t.test('health endpoints follow addresses and extra arguments', async t => {
  const plain = controlPlane
  t.same(healthEndpoints(plain), {
    'kube-apiserver': `https://${plain.localAPIEndpoint.advertiseAddress}:6443/livez`,
    'kube-controller-manager': 'https://127.0.0.1:10257/healthz',
    'kube-scheduler': 'https://127.0.0.1:10259/livez',
  })
  const changed = {
    ...plain,
    localAPIEndpoint: { advertiseAddress: 'fd00::1', bindPort: 7443 },
    cluster: {
      ...plain.cluster,
      scheduler: { ...plain.cluster.scheduler, extraArgs: [{ name: 'bind-address', value: '0.0.0.0' }, { name: 'secure-port', value: '1234' }] },
    },
  }
  t.match(healthEndpoints(changed), { 'kube-apiserver': 'https://[fd00::1]:7443/livez', 'kube-scheduler': 'https://127.0.0.1:1234/livez' })
})

t.test('ends when all three are healthy, and no sooner', async t => {
  const asked = new Map<string, number>()
  const host = memoryHost({
    services: { kubelet: { active: true, state: 'running' } },
    answer: ({ url }) => {
      const count = (asked.get(url) ?? 0) + 1
      asked.set(url, count)
      return { status: url.includes('10259') && count < 5 ? 500 : 200, headers: {}, body: '' }
    },
  })
  await waitControlPlane.run?.({ configuration: controlPlane, host, emit: () => {} })
  t.same([...asked.values()].toSorted((a, b) => a - b), [1, 1, 5], 'a healthy one is not asked again')
})

t.test('stops when the kubelet fails for good', async t => {
  const host = memoryHost({ services: { kubelet: { state: 'auto-restart', restarts: 1 } }, journal: { kubelet: ['F0101 no'] } })
  await t.rejects(waitControlPlane.run?.({ configuration: controlPlane, host, emit: () => {} }) ?? Promise.resolve(), { code: 'kubelet-failing' })
  t.ok(host.clock.ticks() < 2_000)
})
