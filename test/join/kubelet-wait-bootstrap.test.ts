import t from 'tap'
import { paths } from '../../src/config/paths.ts'
import { Problem } from '../../src/core/problem.ts'
import { memoryHost, type MemoryHost, type MemoryHostOptions } from '../../src/host/memory.ts'
import type { Cluster } from '../../src/cluster/cluster.ts'
import type { JoinContext } from '../../src/join/context.ts'
import { kubeletWaitBootstrap } from '../../src/join/kubelet-wait-bootstrap.ts'
import { memoryCluster } from '../fixtures/cluster.ts'
import { joinOf } from '../fixtures/join.ts'

const running = { services: { kubelet: { active: true, state: 'running' } } }

/** A machine whose kubelet has written its kubeconfig and gets its certificate after so many milliseconds; it needs the token until then. */
function machine(options: MemoryHostOptions, certificateAfter = Infinity): MemoryHost {
  const host = memoryHost({ ...options, files: { [paths.bootstrapKubeletConf]: 'token', [paths.kubeletConf]: 'x' } })
  const sleep = async (milliseconds: number) => {
    await host.clock.sleep(milliseconds)
    if (host.clock.ticks() >= certificateAfter && host.disk.has(paths.bootstrapKubeletConf)) {
      await host.files.write(paths.kubeletClientCertificate, 'pem', { mode: 0o600 })
    }
  }
  return { ...host, clock: { ...host.clock, sleep } }
}

async function wait(host: MemoryHost, cluster: Cluster = memoryCluster()): Promise<void> {
  const context: JoinContext = {
    configuration: joinOf('192.0.2.1:6443'), host, emit: () => {}, resuming: false,
    target: async () => ({ server: 'https://192.0.2.1:6443', ca: '', cluster, kubelet: {}, registered: false }),
  }
  await kubeletWaitBootstrap.run?.(context)
}

const refusing = (code: string): Cluster => ({ ...memoryCluster(), request: async () => { throw new Problem(code, 'No.', ['Look.']) } })

t.test('the token goes off the disk once the kubelet has its own certificate; kubelet.conf alone is not enough', async t => {
  const host = machine(running, 10_000)
  await wait(host)
  t.notOk(host.disk.has(paths.bootstrapKubeletConf))
  t.equal(host.clock.ticks(), 10_000)
})

t.test('a token that was deleted meanwhile ends it in seconds', async t => {
  for (const code of ['unauthorized', 'http-401']) {
    const host = machine(running)
    await t.rejects(wait(host, refusing(code)), { code: 'token-not-accepted', message: /^Unable to join: the token/, fix: [/token create/, /.*/] })
    t.ok(host.clock.ticks() <= 3_100, `${host.clock.ticks()} ms`)
  }
})

t.test('an API server that does not answer for a moment is no reason to give up', async t => {
  await t.resolves(wait(machine(running, 20_000), refusing('connection-refused')))
})

t.test('a kubelet that fails again and again ends it, in its own words', async t => {
  const host = machine({ services: { kubelet: { active: true, state: 'auto-restart', restarts: 2, result: 'exit-code' } }, journal: { kubelet: ['E0101 running with swap on is not supported'] } })
  await t.rejects(wait(host), { code: 'kubelet-failing', message: /swap on/ })
  t.ok(host.clock.ticks() <= 3_100)
})

t.test('a request that nobody approves ends at the limit with how to approve it', async t => {
  await t.rejects(wait(machine(running)), { code: 'timed-out', message: /300 s \(timeouts\.tlsBootstrap\)/, fix: [/kubectl certificate approve/, /journalctl/] })
})
