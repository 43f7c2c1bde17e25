import t from 'tap'
import type { ContainerDetail, PodContainer } from '../../src/host/container-runtime.ts'
import { memoryHost } from '../../src/host/memory.ts'
import { controlPlaneObserver } from '../../src/phases/control-plane-failure.ts'

const socket = 'unix:///run/containerd/containerd.sock'
const container = (name: string, state: PodContainer['state'], attempt = 0): PodContainer => ({
  id: `${name}-${attempt}`, name, podName: `${name}-master`, podNamespace: 'kube-system', attempt, state, createdAt: new Date(attempt * 1000),
})

async function observe(containers: readonly PodContainer[], log: string, detail: Partial<ContainerDetail> = {}) {
  const host = memoryHost({ files: { '/var/log/pods/x/0.log': log } })
  const runtime = {
    ...host.containerRuntime(socket),
    containers: async () => containers,
    container: async (id: string): Promise<ContainerDetail> => ({
      ...containers.find(entry => entry.id === id) as PodContainer, exitCode: 1, reason: 'Error', message: '', logPath: '/var/log/pods/x/0.log', ...detail,
    }),
  }
  return await controlPlaneObserver({ host, runtime, node: 'master', criSocket: socket })()
}

t.test('says what each component does', async t => {
  t.same(await observe([container('etcd', 'running'), container('kube-apiserver', 'running', 1)], ''),
    { seen: 'etcd running; kube-apiserver running, attempt 2' })
  t.match(await observe([], ''), { seen: /has not created the static Pods/ })
})

t.test('a wrong flag is certain at the first exit, and the reason is quoted without escape sequences', async t => {
  const log = '2026-01-01T00:00:00.0Z stderr F \u001B[31mError: unknown flag: --nope\u001B[0m\n2026-01-01T00:00:00.0Z stderr F Usage: kube-apiserver\n'
  const { failure } = await observe([container('kube-apiserver', 'exited')], log)
  t.match(failure, { code: 'component-failing', message: /kube-apiserver .*exit code 1.*\n {4}Error: unknown flag: --nope/, fix: [/extraArgs/, /same command again/] })
  t.notOk(failure?.message.includes('\u001B'))
})

t.test('the first in the order of dependence is named', async t => {
  const log = '2026-01-01T00:00:00.0Z stderr F {"level":"fatal","msg":"listen tcp 192.0.2.1:2380: bind: address already in use"}'
  const { failure } = await observe([container('kube-apiserver', 'exited', 3), container('etcd', 'exited')], log)
  t.match(failure, { message: /^etcd / })
})

t.test('an unknown reason is given up on when it comes twice, and waiting for etcd is patient', async t => {
  t.notOk((await observe([container('kube-scheduler', 'exited')], 'something odd')).failure)
  t.ok((await observe([container('kube-scheduler', 'exited'), container('kube-scheduler', 'exited', 1)], 'something odd')).failure)
  t.notOk((await observe([container('kube-apiserver', 'exited'), container('kube-apiserver', 'exited', 1)], 'Error: context deadline exceeded')).failure)
})

t.test('a container that ended well is no failure', async t => {
  t.notOk((await observe([container('etcd', 'exited', 2)], 'unknown flag', { exitCode: 0 })).failure)
})

t.test('what ended before this attempt began says nothing about it', async t => {
  t.notOk((await observe([container('kube-apiserver', 'exited')], 'Error: unknown flag: --nope', { finishedAt: new Date('2025-12-31') })).failure)
})
