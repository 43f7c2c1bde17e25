import type { NodeRegistration } from '../config/v1beta4.ts'
import type { Emit } from '../core/event.ts'
import { messageOf } from '../core/problem.ts'
import type { ContainerRuntime } from '../host/container-runtime.ts'
import type { Host } from '../host/host.ts'
import { runtimeOf } from '../host/cri-sockets.ts'
import type { Check, Defect } from './check.ts'

const attempts = 3
/** Milliseconds; doubled for each attempt. */
const pause = 1000

/** What pulling goes by. */
export type ImagePolicy = Pick<NodeRegistration, 'criSocket' | 'imagePullPolicy' | 'imagePullSerial'>

/** Sees to it that the images are on this machine, before anything is written that needs them; names all that cannot be had at once. */
export function imagePull(images: readonly string[], policy: ImagePolicy, emit: Emit): Check {
  return {
    name: 'ImagePull',
    run: async ({ host }) => {
      const runtime = host.containerRuntime(policy.criSocket)
      try {
        const present = new Set(await runtime.images())
        const missing = images.filter(image => !present.has(fullName(image)))
        if (policy.imagePullPolicy === 'Never') return missing.length === 0 ? [] : [neverPulled(missing, policy)]
        const failures = await pullAll(host, runtime, policy.imagePullPolicy === 'Always' ? images : missing, policy.imagePullSerial, emit)
        return unpullable(failures, policy)
      } finally {
        runtime.close()
      }
    },
  }
}

interface Failure {
  readonly image: string
  readonly reason: string
  /** The registry answered, and there is no use in asking again. */
  readonly refused: boolean
}

async function pullAll(host: Host, runtime: ContainerRuntime, images: readonly string[], serial: boolean, emit: Emit): Promise<readonly Failure[]> {
  // A registry that cannot be reached is not asked again for each of its images.
  const unreachable = new Map<string, string>()
  const pull = async (image: string): Promise<readonly Failure[]> => {
    for (let attempt = 1; ; attempt++) {
      const given = unreachable.get(registryOf(image))
      if (given !== undefined) return [{ image, reason: given, refused: false }]
      emit({ type: 'note', text: `Pulling ${image}${attempt === 1 ? '' : ` (attempt ${attempt})`}` })
      try {
        await runtime.pull(image)
        return []
      } catch (error) {
        const reason = innermost(messageOf(error))
        if (refusal.test(reason)) return [{ image, reason, refused: true }]
        if (attempt < attempts) await host.clock.sleep(pause * 2 ** (attempt - 1))
        else unreachable.set(registryOf(image), reason)
      }
    }
  }
  if (!serial) return (await Promise.all(images.map(pull))).flat()
  const failures: Failure[] = []
  for (const image of images) failures.push(...await pull(image))
  return failures
}

const refusal = /not found|unauthorized|denied|forbidden|no match for platform|invalid reference/i

/** Runtimes wrap the cause into what they were doing; the last layer tells it. */
function innermost(reason: string): string {
  return reason.slice(Math.max(0, reason.lastIndexOf('failed to ')))
}

/** One finding for a registry that cannot be reached, and one for each reason to refuse. */
function unpullable(failures: readonly Failure[], { criSocket }: ImagePolicy): readonly Defect[] {
  const groups = Map.groupBy(failures, ({ image, reason, refused }) =>
    `${registryOf(image)} ${refused ? reason.replaceAll(image, '') : 'unreachable'}`)
  return [...groups.values()].map(group => {
    const { image = '', reason = '', refused = false } = group[0] ?? {}
    const registry = registryOf(image)
    return {
      level: 'error',
      message: `Missing images that cannot be pulled from ${registry}: ${group.map(failure => failure.image).join(', ')}. Reason: ${reason}`,
      fix: [
        refused ? `Check the names, and that ${registry} has them for this kind of machine: --kubernetes-version, --image-repository`
          : `See whether this machine reaches the registry: curl -I https://${registry}/v2/`,
        'Or use a registry that has them: --image-repository=<registry>/<path>',
        ...loading(criSocket),
      ],
    }
  })
}

function neverPulled(missing: readonly string[], { criSocket }: ImagePolicy): Defect {
  const [first = 'Set imagePullPolicy: IfNotPresent.', ...rest] = loading(criSocket)
  return { level: 'warning', message: `Missing images, and imagePullPolicy is Never: ${missing.join(', ')}.`, fix: [first, ...rest] }
}

function loading(endpoint: string): readonly string[] {
  return runtimeOf(endpoint).service === 'containerd' ? ['Or bring them from elsewhere: ctr -n k8s.io images import <archive>'] : []
}

/** The name as the runtime lists it: without a registry it is Docker Hub's. */
function fullName(image: string): string {
  const [first = '', ...rest] = image.split('/')
  if (rest.length > 0 && (/[.:]/.test(first) || first === 'localhost')) return image
  return `docker.io/${rest.length === 0 ? 'library/' : ''}${image}`
}

function registryOf(image: string): string {
  return fullName(image).split('/')[0] ?? ''
}
