import { releaseOf, resolveVersion } from '../config/versions.ts'
import type { Emit } from '../core/event.ts'
import { Problem } from '../core/problem.ts'
import { waitFor } from '../core/wait.ts'
import type { Host } from '../host/host.ts'
import { cacheFolder, type LocalClusterOptions } from './context.ts'
import { docker } from './docker.ts'
import { nodeImage } from './node-image.ts'
import { programs } from './programs.ts'
import { buildSource } from './programs/build.ts'
import { folderSource } from './programs/folder.ts'
import { releaseSource } from './programs/release.ts'
import type { Programs, ProgramSource } from './programs/source.ts'

type ImageOptions = Pick<LocalClusterOptions, 'kubernetesVersion' | 'assets' | 'programs'> & Partial<Pick<LocalClusterOptions, 'kubeadm'>>

/** The image of a version under a name that later phases know without asking what it was made of. */
export function imageName(version: string): string {
  return `kubeadm-local-node:${version}`
}

/** Makes sure that the node image of a version is there, under `imageName`. Returns the programs that it is made of. */
export async function ensureImage(options: ImageOptions, host: Host, emit: Emit): Promise<Programs> {
  const release = await lock(host, emit)
  try {
    return await makeImage(options, host, emit)
  } finally {
    release()
  }
}

/** One at a time: two would unpack the same files and build in the same container. */
async function lock(host: Host, emit: Emit): Promise<() => void> {
  return await waitFor<() => void>({
    target: 'node image', timeout: 3_600_000, interval: 200, clock: host.clock, emit, setting: 'the time making the node image may take',
    fix: ['Wait until the other kubeadm local-cluster has ended, or end it, and run the command again'],
  }, async () => {
    try {
      return { done: await host.lock(`${cacheFolder(host)}/lock`, 'kubeadm local-cluster') }
    } catch (error) {
      if (error instanceof Problem && error.code === 'already-running') return { seen: 'another kubeadm prepares it' }
      throw error
    }
  })
}

async function makeImage(options: ImageOptions, host: Host, emit: Emit): Promise<Programs> {
  const { version } = resolveVersion(options.kubernetesVersion)
  const release = releaseOf(version)
  if (release === undefined) throw new Error(`${version} was resolved but has no release`)
  const architecture = host.machine.architecture() === 'arm64' ? 'arm64' : 'amd64'
  const cache = cacheFolder(host)
  const found = await programs(sources(options, host), options.programs, { version, architecture, cache: `${cache}/programs` }, host, emit)
  const tags = { kubernetes: version, etcd: release.etcd, coredns: release.coreDns, pause: release.pause }
  const image = await nodeImage({ version, architecture, programs: found, tags, cache }, host, emit)
  await docker(host, ['tag', image, imageName(version)])
  return found
}

function sources({ assets, kubeadm }: ImageOptions, host: Host): readonly ProgramSource[] {
  return [folderSource(assets ?? host.machine.environment()['KUBEADM_ASSETS']), releaseSource(), buildSource(goSources(kubeadm))]
}

/** The project's Go sources, when the program is the one that `npm run build` leaves in the project's build/. */
function goSources(kubeadm: string | undefined): string | undefined {
  return kubeadm?.replace(/build\/kubeadm$/, 'packaging/programs')
}
