import { connect } from 'node:net'
import type { Client, ServiceError } from '@grpc/grpc-js'
import type { MethodDefinition } from '@grpc/proto-loader'
import type { Emit } from '../core/event.ts'
import { messageOf, Problem } from '../core/problem.ts'
import type { ContainerDetail, ContainerRuntime, PodContainer, RuntimeStatus } from './container-runtime.ts'
import { criDescriptor, type ContainerMessage, type CriCalls, type RuntimeCondition } from './cri-protocol.ts'
import { runtimeOf } from './cri-sockets.ts'

/** Milliseconds: for calls that look, for stopping a Pod's containers (their grace period passes), for fetching an image. */
const deadlines = { look: 10_000, remove: 120_000, pull: 900_000 }

/** gRPC status codes (https://grpc.io/docs/guides/status-codes/). */
const unimplemented = 12
const unavailable = 14
const deadlineExceeded = 4

/** The runtime behind a CRI endpoint (`unix:///run/…`). It connects, and loads gRPC, at the first call; what it pulls and removes is told to `emit`. */
export function criRuntime(endpoint: string, emit: Emit = () => {}): ContainerRuntime {
  let connection: Promise<Connection> | undefined

  async function call<Name extends keyof CriCalls>(
    name: Name, request: CriCalls[Name][0], deadline: number = deadlines.look,
  ): Promise<CriCalls[Name][1]> {
    const { client, methods } = await (connection ??= open(endpoint))
    const { path, requestSerialize, responseDeserialize } = methods[name] as MethodDefinition<object, object>
    return await new Promise((resolve, reject) => client.makeUnaryRequest(
      path, requestSerialize, responseDeserialize, request, { deadline: Date.now() + deadline },
      (error, answer) => error === null ? resolve(answer as CriCalls[Name][1]) : reject(error)),
    ).catch(async error => { throw await problem(endpoint, name, error as ServiceError) }) as CriCalls[Name][1]
  }

  return {
    async status() {
      const [version, { status, info }, driver] = await Promise.all([
        call('Version', { version: 'v1' }), call('Status', { verbose: true }), cgroupDriver(call('RuntimeConfig', {})),
      ])
      return {
        runtimeName: version.runtimeName,
        runtimeVersion: version.runtimeVersion,
        ...readiness(status?.conditions ?? []),
        ...sandboxImage(info['config']),
        ...driver,
      }
    },
    async images() {
      const { images } = await call('ListImages', {})
      return images.flatMap(image => [...image.repoTags, ...image.repoDigests])
    },
    async pull(image) {
      await call('PullImage', { image: { image } }, deadlines.pull)
      emit({ type: 'change', change: { kind: 'container', action: 'pull', name: image }, rehearsed: false })
    },
    async sandboxes() {
      const { items } = await call('ListPodSandbox', {})
      return items.map(({ id, metadata, state }) =>
        ({ id, name: metadata?.name ?? '', namespace: metadata?.namespace ?? '', ready: state === 'SANDBOX_READY' }))
    },
    async removeSandbox(id) {
      await call('StopPodSandbox', { podSandboxId: id }, deadlines.remove)
      await call('RemovePodSandbox', { podSandboxId: id }, deadlines.remove)
      emit({ type: 'change', change: { kind: 'container', action: 'remove', name: id }, rehearsed: false })
    },
    async stopContainer(id, graceSeconds) {
      await call('StopContainer', { containerId: id, timeout: graceSeconds }, deadlines.remove)
      emit({ type: 'change', change: { kind: 'container', action: 'stop', name: id }, rehearsed: false })
    },
    async containers() { return (await call('ListContainers', {})).containers.map(podContainer) },
    async container(id) {
      const { status } = await call('ContainerStatus', { containerId: id })
      if (status === null) {
        throw new Problem('container-runtime-failed', `The container runtime at ${endpoint} says nothing about container ${id}.`,
          ['List the containers: crictl ps -a'])
      }
      const { exitCode, reason, message, logPath } = status
      const detail: ContainerDetail = { ...podContainer(status), exitCode, reason, message, logPath }
      return {
        ...detail,
        ...(status.startedAt > 0 && { startedAt: date(status.startedAt) }),
        ...(status.finishedAt > 0 && { finishedAt: date(status.finishedAt) }),
      }
    },
    close() { connection?.then(({ client }) => client.close(), () => {}) },
  }
}

interface Connection {
  readonly client: Client
  readonly methods: Readonly<Record<string, MethodDefinition<object, object>>>
}

async function open(endpoint: string): Promise<Connection> {
  const [grpc, { fromJSON }] = await Promise.all([import('@grpc/grpc-js'), import('@grpc/proto-loader')])
  const services = fromJSON(criDescriptor(), { longs: Number, enums: String, defaults: true })
  return {
    // The kubelet allows 16 MiB as well: a busy node's list of images does not fit into gRPC's 4.
    client: new grpc.Client(`unix:${socketPath(endpoint)}`, grpc.credentials.createInsecure(),
      { 'grpc.max_receive_message_length': 16 * 2 ** 20 }),
    methods: { ...services['runtime.v1.RuntimeService'], ...services['runtime.v1.ImageService'] } as Connection['methods'],
  }
}

function socketPath(endpoint: string): string {
  return endpoint.replace(/^unix:\/\//, '')
}

async function cgroupDriver(asked: Promise<CriCalls['RuntimeConfig'][1]>): Promise<Pick<RuntimeStatus, 'cgroupDriver'>> {
  try {
    const { linux } = await asked
    return linux === null ? {} : { cgroupDriver: linux.cgroupDriver === 'CGROUPFS' ? 'cgroupfs' : 'systemd' }
  } catch (error) {
    // Older runtimes do not know this call; the version check says so. Whatever else is wrong, the other calls tell.
    if (error instanceof Problem && (error.cause as Partial<ServiceError> | undefined)?.code === unimplemented) return {}
    throw error
  }
}

function readiness(conditions: readonly RuntimeCondition[]): Pick<RuntimeStatus, 'ready' | 'reason'> {
  const runtime = conditions.find(({ type }) => type === 'RuntimeReady')
  if (runtime === undefined) return { ready: false, reason: 'it reports no RuntimeReady condition' }
  return { ready: runtime.status, reason: [runtime.reason, runtime.message].filter(text => text !== '').join(': ') }
}

/** The verbose status is free-form JSON. containerd 1 tells this image there; containerd 2 does not any more. */
function sandboxImage(config: string | undefined): Pick<RuntimeStatus, 'sandboxImage'> {
  try {
    const image = (JSON.parse(config ?? '{}') as { readonly sandboxImage?: unknown } | null)?.sandboxImage
    return typeof image === 'string' && image !== '' ? { sandboxImage: image } : {}
  } catch {
    return {}
  }
}

const states = { CONTAINER_CREATED: 'created', CONTAINER_RUNNING: 'running', CONTAINER_EXITED: 'exited', CONTAINER_UNKNOWN: 'unknown' } as const

function podContainer({ id, metadata, state, createdAt, labels }: ContainerMessage): PodContainer {
  return {
    id,
    name: metadata?.name ?? '',
    podName: labels['io.kubernetes.pod.name'] ?? '',
    podNamespace: labels['io.kubernetes.pod.namespace'] ?? '',
    attempt: metadata?.attempt ?? 0,
    state: states[state] ?? 'unknown',
    createdAt: date(createdAt),
  }
}

function date(nanoseconds: number): Date {
  return new Date(nanoseconds / 1e6)
}

async function problem(endpoint: string, call: string, error: ServiceError): Promise<Problem> {
  const { service } = runtimeOf(endpoint)
  const path = socketPath(endpoint)
  const cause = { cause: error }
  if (error.code === unavailable) {
    const failure = await connectFailure(path)
    if (failure === 'ENOENT') {
      return new Problem('container-runtime-unreachable', `No container runtime: there is no socket ${path}.`,
        [`systemctl enable --now ${service}`, 'Install a container runtime first (containerd or CRI-O), or name its socket with --cri-socket.'], cause)
    }
    if (failure === 'EACCES' || failure === 'EPERM') {
      return new Problem('container-runtime-unreachable', `Not permitted to use the container runtime's socket ${path}.`,
        ['Run kubeadm as root: sudo kubeadm …'], cause)
    }
    if (failure === 'ECONNREFUSED') {
      return new Problem('container-runtime-unreachable', `No container runtime listens on ${path}: the socket is there, but the program is stopped.`,
        [`systemctl restart ${service}`, `See why it stopped: journalctl -u ${service} -n 50`], cause)
    }
  }
  if (error.code === unimplemented && call !== 'RuntimeConfig') {
    return new Problem('container-runtime-failed',
      `The container runtime at ${endpoint} does not serve CRI v1 (${error.details}): its CRI plugin is disabled, or it is too old.`,
      service === 'containerd'
        ? ['Take "cri" out of disabled_plugins in /etc/containerd/config.toml, then: systemctl restart containerd', 'Update containerd to 1.6 or newer.']
        : [`Update ${service}, then: systemctl restart ${service}`], cause)
  }
  const late = error.code === deadlineExceeded
  return new Problem(late ? 'container-runtime-unreachable' : 'container-runtime-failed',
    late ? `The container runtime at ${endpoint} did not answer ${call} in time.`
      : `The container runtime at ${endpoint} failed at ${call}: ${error.details || messageOf(error)}`,
    [`See what it says: journalctl -u ${service} -n 50`, `systemctl restart ${service}`], cause)
}

/** Why the socket cannot be connected to, as an errno name: gRPC folds all reasons into one status. */
function connectFailure(path: string): Promise<string | undefined> {
  return new Promise(resolve => {
    const socket = connect({ path })
    socket.once('connect', () => { socket.destroy(); resolve(undefined) })
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code))
  })
}
