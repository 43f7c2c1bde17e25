import { Problem } from '../core/problem.ts'
import type { ContainerDetail, ContainerRuntime, PodContainer } from '../host/container-runtime.ts'
import type { Host } from '../host/host.ts'
import { plainLines } from './plain-lines.ts'

/** In the order in which they depend on each other: the first that fails is the cause. */
const components = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'] as const

export type Component = typeof components[number]

/** Words after which starting the same container again cannot help. */
const hopeless: readonly (readonly [RegExp, string])[] = [
  [/unknown flag|unknown shorthand flag|flag provided but not defined/i, 'Correct the extraArgs of the component in the configuration.'],
  [/unrecognized feature gate|feature gate.*(?:not|unknown)|cannot set feature gate/i, 'Correct the feature gates: the component does not know one of them, or does not let it be changed.'],
  [/invalid (?:argument|value)|must be specified|must be one of|parse error/i, 'Correct the extraArgs of the component in the configuration.'],
  [/address already in use/i, 'Free the port: ss -ltnp'],
  [/no such file or directory|permission denied/i, 'Check that the file exists and is mounted into the static Pod (extraVolumes).'],
  [/no space left on device/i, 'Free space: df -h /var/lib/etcd /var/lib/containerd'],
  [/cluster ID mismatch|member .* has already been bootstrapped|mismatch member ID/i, 'Old etcd data is in the way; if nothing in it is needed: kubeadm reset'],
  [/exec format error/i, 'The image is for another processor architecture.'],
]

interface Observation {
  /** In a few words, what each component does. */
  readonly seen: string
  /** Set as soon as waiting is of no use. */
  readonly failure?: Problem
}

interface Watched {
  readonly host: Host
  readonly runtime: ContainerRuntime
  /** Name of the node, which its static Pods carry. */
  readonly node: string
  readonly criSocket: string
}

/**
 * Gives a function that looks at the static Pods' containers on this node: what runs, and what has ended for a reason
 * that will not pass. What had ended before the first look is an earlier attempt's, and left alone.
 */
export function controlPlaneObserver(watched: Watched): () => Promise<Observation> {
  const since = watched.host.clock.now()
  const exits = new Map<Component, Map<string, ContainerDetail>>(components.map(component => [component, new Map()]))
  return async () => {
    const containers = await watched.runtime.containers()
    const words: string[] = []
    for (const component of components) {
      const own = containers
        .filter(container => container.name === component && container.podName === `${component}-${watched.node}`)
        .toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime())
      const last = own.at(-1)
      if (last === undefined) continue
      words.push(`${component} ${last.state}${last.attempt > 0 ? `, attempt ${last.attempt + 1}` : ''}`)
      const ended = exits.get(component) ?? new Map<string, ContainerDetail>()
      await noteExits(own, ended, since, watched.runtime)
      const failure = await failureOf(component, [...ended.values()], watched)
      if (failure !== undefined) return { seen: words.join('; '), failure }
    }
    return { seen: words.length === 0 ? 'the kubelet has not created the static Pods yet' : words.join('; ') }
  }
}

/** The kubelet keeps only the last exited container of each kind, so they are noted as they come. */
async function noteExits(own: readonly PodContainer[], ended: Map<string, ContainerDetail>, since: Date, runtime: ContainerRuntime): Promise<void> {
  for (const { id, state } of own) {
    if (state !== 'exited' || ended.has(id)) continue
    const detail = await runtime.container(id)
    if (detail.exitCode !== 0 && (detail.finishedAt ?? since) >= since) ended.set(id, detail)
  }
}

async function failureOf(component: Component, ended: readonly ContainerDetail[], { host, criSocket }: Watched): Promise<Problem | undefined> {
  const detail = ended.at(-1)
  if (detail === undefined) return undefined
  const lines = await lastLines(host, detail)
  const words = lines.join('\n')
  const known = hopeless.find(([pattern]) => pattern.test(words))
  // kube-apiserver ends by itself when etcd is slow to come: that alone, even twice, is not yet a reason to give up.
  const patience = /context deadline exceeded|connection refused/.test(words) ? 4 : 2
  if (known === undefined && ended.length < patience) return undefined
  return new Problem('component-failing',
    `${component} does not stay up: it ended with exit code ${detail.exitCode}${ended.length > 1 ? `, ${ended.length} times` : ''}. Its last words:\n${lines.slice(-5).map(line => `    ${line}`).join('\n')}`,
    [known?.[1] ?? `Look at its whole log: crictl --runtime-endpoint ${criSocket} logs ${detail.id.slice(0, 13)}`, 'Then run the same command again: it goes on where it stopped.'])
}

async function lastLines(host: Host, container: ContainerDetail): Promise<readonly string[]> {
  const log = await host.files.read(container.logPath)
  const lines = plainLines((log ?? container.message).split('\n'))
  // A usage text can follow the reason: the reason is what starts like an error.
  const error = lines.findLastIndex(line => /^Error:|^[EF]\d{4} |"level":"(?:error|fatal)"|^panic:/.test(line))
  return error === -1 ? lines.slice(-5) : lines.slice(error, error + 5)
}
