import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Server, ServerCredentials, status, type UntypedHandleCall } from '@grpc/grpc-js'
import { fromJSON, type ServiceDefinition } from '@grpc/proto-loader'
import t, { type Test } from 'tap'
import { Problem } from '../../src/core/problem.ts'
import { criDescriptor } from '../../src/host/cri-protocol.ts'
import { criRuntime } from '../../src/host/cri.ts'

type Answer = (request: Record<string, never>) => object

/** A runtime on a socket of its own; `asked` holds every request. What it was not told is unimplemented, as in a real one. */
async function runtime(test: Test, answers: Record<string, Answer>) {
  const directory = await mkdtemp(join(tmpdir(), 'cri-'))
  const path = join(directory, 'containerd.sock')
  const asked: [string, object][] = []
  const server = new Server()
  const services = fromJSON(criDescriptor(), { longs: Number, enums: String, defaults: true })
  for (const name of ['runtime.v1.RuntimeService', 'runtime.v1.ImageService']) {
    const service = services[name] as ServiceDefinition
    server.addService(service, Object.fromEntries(Object.keys(service).filter(method => answers[method]).map(method => {
      const handle = (call: { request: Record<string, never> }, callback: (error: unknown, value?: object) => void) => {
        asked.push([method, call.request])
        try {
          callback(null, answers[method]?.(call.request))
        } catch (error) {
          callback(error)
        }
      }
      return [method, handle as UntypedHandleCall]
    })))
  }
  await new Promise<void>((resolve, reject) =>
    server.bindAsync(`unix:${path}`, ServerCredentials.createInsecure(), error => error ? reject(error) : resolve()))
  const client = criRuntime(`unix://${path}`)
  test.teardown(async () => {
    client.close()
    server.forceShutdown()
    await rm(directory, { recursive: true })
  })
  return { client, asked, path }
}

async function refused(test: Test, promise: Promise<unknown>): Promise<Problem> {
  const error = await promise.then(() => undefined, (thrown: unknown) => thrown)
  test.ok(error instanceof Problem, 'a Problem')
  return error as Problem
}

const version = () => ({ version: '0.1.0', runtimeName: 'containerd', runtimeVersion: 'v2.3.7' })
const ready = () => ({
  status: { conditions: [{ type: 'NetworkReady', status: false, reason: 'NetworkPluginNotReady' }, { type: 'RuntimeReady', status: true }] },
  info: { config: '{"sandboxImage":"registry.k8s.io/pause:3.10"}' },
})

t.test('status', async t => {
  const { client, asked } = await runtime(t, {
    Version: version, Status: ready, RuntimeConfig: () => ({ linux: { cgroupDriver: 'CGROUPFS' } }),
  })
  t.strictSame(await client.status(), {
    runtimeName: 'containerd', runtimeVersion: 'v2.3.7', ready: true, reason: '',
    sandboxImage: 'registry.k8s.io/pause:3.10', cgroupDriver: 'cgroupfs',
  })
  t.strictSame(asked.find(([method]) => method === 'Status')?.[1], { verbose: true })
})

t.test('status of an older runtime that is not ready', async t => {
  const { client } = await runtime(t, {
    Version: version,
    Status: () => ({ status: { conditions: [{ type: 'RuntimeReady', status: false, reason: 'Shim', message: 'no runc' }] } }),
  })
  t.strictSame(await client.status(), { runtimeName: 'containerd', runtimeVersion: 'v2.3.7', ready: false, reason: 'Shim: no runc' })
})

t.test('images', async t => {
  const { client, asked } = await runtime(t, {
    ListImages: () => ({ images: [{ id: 'sha256:1', repoTags: ['registry.k8s.io/pause:3.10'], repoDigests: ['registry.k8s.io/pause@sha256:2'] }, { id: 'sha256:3' }] }),
    PullImage: () => ({ imageRef: 'sha256:1' }),
  })
  t.strictSame(await client.images(), ['registry.k8s.io/pause:3.10', 'registry.k8s.io/pause@sha256:2'])
  await client.pull('registry.k8s.io/etcd:3.6.8-0')
  t.strictSame(asked.at(-1), ['PullImage', { image: { image: 'registry.k8s.io/etcd:3.6.8-0' } }])
})

t.test('Pods and containers', async t => {
  const labels = { 'io.kubernetes.pod.name': 'etcd-master', 'io.kubernetes.pod.namespace': 'kube-system' }
  const container = { id: 'c1', metadata: { name: 'etcd', attempt: 3 }, createdAt: 1_700_000_000_000_000_000, labels }
  const { client, asked } = await runtime(t, {
    ListPodSandbox: () => ({ items: [
      { id: 's1', metadata: { name: 'etcd-master', namespace: 'kube-system', uid: 'u' }, state: 'SANDBOX_READY' },
      { id: 's2', metadata: { name: 'x', namespace: 'default' }, state: 'SANDBOX_NOTREADY' },
    ] }),
    StopPodSandbox: () => ({}),
    RemovePodSandbox: () => ({}),
    StopContainer: () => ({}),
    ListContainers: () => ({ containers: [{ ...container, state: 'CONTAINER_RUNNING' }] }),
    ContainerStatus: ({ containerId }) => containerId !== 'c1' ? {} : { status: {
      ...container, state: 'CONTAINER_EXITED', startedAt: 1_700_000_001_000_000_000, finishedAt: 1_700_000_002_000_000_000,
      exitCode: 2, reason: 'Error', message: 'bad flag', logPath: '/var/log/pods/etcd/3.log',
    } },
  })
  t.strictSame(await client.sandboxes(), [
    { id: 's1', name: 'etcd-master', namespace: 'kube-system', ready: true },
    { id: 's2', name: 'x', namespace: 'default', ready: false },
  ])
  const expected = {
    id: 'c1', name: 'etcd', podName: 'etcd-master', podNamespace: 'kube-system', attempt: 3, createdAt: new Date(1_700_000_000_000),
  }
  t.strictSame(await client.containers(), [{ ...expected, state: 'running' }])
  t.strictSame(await client.container('c1'), {
    ...expected, state: 'exited', startedAt: new Date(1_700_000_001_000), finishedAt: new Date(1_700_000_002_000),
    exitCode: 2, reason: 'Error', message: 'bad flag', logPath: '/var/log/pods/etcd/3.log',
  })
  t.match(await refused(t, client.container('c2')), { code: 'container-runtime-failed', message: /container c2/ })

  await client.stopContainer('c1', 30)
  t.strictSame(asked.at(-1), ['StopContainer', { containerId: 'c1', timeout: 30 }])
  await client.removeSandbox('s1')
  t.strictSame(asked.slice(-2), [['StopPodSandbox', { podSandboxId: 's1' }], ['RemovePodSandbox', { podSandboxId: 's1' }]])
})

t.test('the CRI plugin is disabled', async t => {
  const { client } = await runtime(t, {})
  const problem = await refused(t, client.status())
  t.match(problem, { code: 'container-runtime-failed', message: /does not serve CRI v1/ })
  t.match(problem.fix[0], /disabled_plugins.*systemctl restart containerd/)
})

t.test('a call fails', async t => {
  const { client } = await runtime(t, { PullImage: () => { throw { code: status.UNKNOWN, details: 'no such host' } } })
  t.match(await refused(t, client.pull('registry.k8s.io/pause:3.10')),
    { code: 'container-runtime-failed', message: /failed at PullImage: no such host/ })
})

t.test('no socket', async t => {
  const client = criRuntime('unix:///nowhere/crio.sock')
  t.teardown(() => client.close())
  const problem = await refused(t, client.images())
  t.match(problem, { code: 'container-runtime-unreachable', message: /there is no socket \/nowhere\/crio\.sock/ })
  t.match(problem.fix[0], /systemctl enable --now crio$/)
})

t.test('nothing listens', async t => {
  const directory = await mkdtemp(join(tmpdir(), 'cri-'))
  t.teardown(() => rm(directory, { recursive: true }))
  const path = join(directory, 'containerd.sock')
  await writeFile(path, '')
  await chmod(path, 0o600)
  const client = criRuntime(`unix://${path}`)
  t.teardown(() => client.close())
  const problem = await refused(t, client.images())
  t.match(problem, { code: 'container-runtime-unreachable', message: /the program is stopped/ })
  t.equal(problem.fix[0], 'systemctl restart containerd')
})

t.test('closing without a call', async t => {
  t.doesNotThrow(() => criRuntime('unix:///nowhere.sock').close())
})
