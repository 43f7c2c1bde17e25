import t from 'tap'
import { memoryHost } from '../../src/host/memory.ts'
import { kubeletFailure } from '../../src/phases/kubelet-failure.ts'

const journal = { kubelet: ['I0101 00:00:00 starting', 'E0101 00:00:00.1 run.go:72] "command failed" err="failed to run Kubelet: running with swap on is not supported"'] }

t.test('a kubelet that starts is no failure', async t => {
  t.equal(await kubeletFailure(memoryHost({ services: { kubelet: { active: true, state: 'running' } } })), undefined)
  t.equal(await kubeletFailure(memoryHost({ services: { kubelet: { state: 'auto-restart', restarts: 0 } } })), undefined, 'once may be chance')
})

t.test('a kubelet that failed twice is explained in its own words, with what is known to mend them', async t => {
  t.match(await kubeletFailure(memoryHost({ services: { kubelet: { state: 'auto-restart', restarts: 1, result: 'exit-code' } }, journal })), {
    code: 'kubelet-failing', message: /2 times \(exit-code\).*running with swap on/, fix: [/swapoff -a/],
  })
})

t.test('no kubelet at all', async t => {
  t.match(await kubeletFailure(memoryHost()), { code: 'kubelet-missing' })
})
