import type { IEnum, IField, IMapField, INamespace, IService, IType } from 'protobufjs'

type Fields = Readonly<Record<string, readonly [type: string, number: number]>>

/**
 * The part of the container runtime interface that we speak: runtime.v1 of https://github.com/kubernetes/cri-api,
 * fields that we do not read left out. Held as data, because a single executable has no .proto file to load.
 * A field is `[type, number]`; `[]` after the type means repeated, `map` a map of strings.
 */
const messages: Readonly<Record<string, Fields>> = {
  VersionRequest: { version: ['string', 1] },
  VersionResponse: { version: ['string', 1], runtimeName: ['string', 2], runtimeVersion: ['string', 3] },

  StatusRequest: { verbose: ['bool', 1] },
  StatusResponse: { status: ['RuntimeStatus', 1], info: ['map', 2] },
  RuntimeStatus: { conditions: ['RuntimeCondition[]', 1] },
  RuntimeCondition: { type: ['string', 1], status: ['bool', 2], reason: ['string', 3], message: ['string', 4] },

  RuntimeConfigRequest: {},
  RuntimeConfigResponse: { linux: ['LinuxRuntimeConfiguration', 1] },
  LinuxRuntimeConfiguration: { cgroupDriver: ['CgroupDriver', 1] },

  ListPodSandboxRequest: {},
  ListPodSandboxResponse: { items: ['PodSandbox[]', 1] },
  PodSandbox: { id: ['string', 1], metadata: ['PodSandboxMetadata', 2], state: ['PodSandboxState', 3] },
  PodSandboxMetadata: { name: ['string', 1], namespace: ['string', 3] },
  StopPodSandboxRequest: { podSandboxId: ['string', 1] },
  StopPodSandboxResponse: {},
  RemovePodSandboxRequest: { podSandboxId: ['string', 1] },
  RemovePodSandboxResponse: {},

  StopContainerRequest: { containerId: ['string', 1], timeout: ['int64', 2] },
  StopContainerResponse: {},
  ListContainersRequest: {},
  ListContainersResponse: { containers: ['Container[]', 1] },
  Container: {
    id: ['string', 1], metadata: ['ContainerMetadata', 3], state: ['ContainerState', 6], createdAt: ['int64', 7], labels: ['map', 8],
  },
  ContainerMetadata: { name: ['string', 1], attempt: ['uint32', 2] },
  ContainerStatusRequest: { containerId: ['string', 1] },
  ContainerStatusResponse: { status: ['ContainerStatus', 1] },
  ContainerStatus: {
    id: ['string', 1], metadata: ['ContainerMetadata', 2], state: ['ContainerState', 3], createdAt: ['int64', 4],
    startedAt: ['int64', 5], finishedAt: ['int64', 6], exitCode: ['int32', 7], reason: ['string', 10], message: ['string', 11],
    labels: ['map', 12], logPath: ['string', 15],
  },

  ListImagesRequest: {},
  ListImagesResponse: { images: ['Image[]', 1] },
  Image: { id: ['string', 1], repoTags: ['string[]', 2], repoDigests: ['string[]', 3] },
  ImageSpec: { image: ['string', 1] },
  PullImageRequest: { image: ['ImageSpec', 1] },
  PullImageResponse: { imageRef: ['string', 1] },
}

const enumerations: Readonly<Record<string, readonly string[]>> = {
  CgroupDriver: ['SYSTEMD', 'CGROUPFS'],
  PodSandboxState: ['SANDBOX_READY', 'SANDBOX_NOTREADY'],
  ContainerState: ['CONTAINER_CREATED', 'CONTAINER_RUNNING', 'CONTAINER_EXITED', 'CONTAINER_UNKNOWN'],
}

const services: Readonly<Record<string, readonly string[]>> = {
  RuntimeService: [
    'Version', 'Status', 'RuntimeConfig', 'ListPodSandbox', 'StopPodSandbox', 'RemovePodSandbox', 'StopContainer', 'ListContainers', 'ContainerStatus',
  ],
  ImageService: ['ListImages', 'PullImage'],
}

/** The descriptor in protobufjs' JSON form. */
export function criDescriptor(): INamespace {
  const map = <Value, Result>(values: Readonly<Record<string, Value>>, change: (value: Value) => Result) =>
    Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value)]))
  const nested: INamespace['nested'] = {
    ...map<Fields, IType>(messages, fields => ({ fields: map(fields, field) })),
    ...map<readonly string[], IEnum>(enumerations, names => ({ values: Object.fromEntries(names.map((name, number) => [name, number])) })),
    ...map<readonly string[], IService>(services, methods => ({
      methods: Object.fromEntries(methods.map(name => [name, { requestType: `${name}Request`, responseType: `${name}Response`, comment: '' }])),
    })),
  }
  return { nested: { runtime: { nested: { v1: { nested } } } } }
}

function field([type, id]: readonly [string, number]): IField | IMapField {
  if (type === 'map') return { keyType: 'string', type: 'string', id }
  return type.endsWith('[]') ? { rule: 'repeated', type: type.slice(0, -2), id } : { type, id }
}

export interface ContainerMessage {
  readonly id: string
  readonly metadata: { readonly name: string, readonly attempt: number } | null
  readonly state: 'CONTAINER_CREATED' | 'CONTAINER_RUNNING' | 'CONTAINER_EXITED' | 'CONTAINER_UNKNOWN'
  /** Nanoseconds since 1970, as are the other times. */
  readonly createdAt: number
  readonly labels: Readonly<Record<string, string>>
}

/** What each call takes and answers. An absent message is `null`, an absent scalar its zero. */
export interface CriCalls {
  Version: [request: object, answer: { readonly runtimeName: string, readonly runtimeVersion: string }]
  Status: [request: { readonly verbose: boolean }, answer: {
    readonly status: { readonly conditions: readonly RuntimeCondition[] } | null
    readonly info: Readonly<Record<string, string>>
  }]
  RuntimeConfig: [request: object, answer: { readonly linux: { readonly cgroupDriver: 'SYSTEMD' | 'CGROUPFS' } | null }]
  ListPodSandbox: [request: object, answer: { readonly items: readonly SandboxMessage[] }]
  StopPodSandbox: [request: { readonly podSandboxId: string }, answer: object]
  RemovePodSandbox: [request: { readonly podSandboxId: string }, answer: object]
  StopContainer: [request: { readonly containerId: string, readonly timeout: number }, answer: object]
  ListContainers: [request: object, answer: { readonly containers: readonly ContainerMessage[] }]
  ContainerStatus: [request: { readonly containerId: string }, answer: { readonly status: ContainerStatusMessage | null }]
  ListImages: [request: object, answer: { readonly images: readonly { readonly repoTags: readonly string[], readonly repoDigests: readonly string[] }[] }]
  PullImage: [request: { readonly image: { readonly image: string } }, answer: { readonly imageRef: string }]
}

export interface RuntimeCondition {
  readonly type: string
  readonly status: boolean
  readonly reason: string
  readonly message: string
}

interface SandboxMessage {
  readonly id: string
  readonly metadata: { readonly name: string, readonly namespace: string } | null
  readonly state: 'SANDBOX_READY' | 'SANDBOX_NOTREADY'
}

export interface ContainerStatusMessage extends ContainerMessage {
  readonly startedAt: number
  readonly finishedAt: number
  readonly exitCode: number
  readonly reason: string
  readonly message: string
  readonly logPath: string
}
