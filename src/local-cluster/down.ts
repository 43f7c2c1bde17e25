import type { Emit } from '../core/event.ts'
import type { Host } from '../host/host.ts'
import { imageLabel } from './base-image.ts'
import { cacheFolder, kubeconfigPath, userFolder } from './context.ts'
import { docker, dockerQuery } from './docker.ts'
import { engineRuns } from './engine.ts'
import { removeNodes } from './nodes.ts'

/** What was removed, as docker or the file system names it. Empty when there was nothing. */
export interface Removed {
  readonly removed: readonly string[]
}

/** Removes a cluster's nodes, its network and its kubeconfig; the next `up` still finds image and cache. Can be run twice. */
export async function down(name: string, host: Host, emit: Emit): Promise<Removed> {
  emit({ type: 'note', text: `Removing the local cluster "${name}"` })
  const nodes = await engineRuns(host) ? await removeNodes(name, host) : []
  const kubeconfig = kubeconfigPath(name, host)
  const written = await host.files.status(kubeconfig) !== undefined
  if (written) await host.files.remove(kubeconfig)
  const removed = [...nodes, ...(written ? [kubeconfig] : [])]
  return { removed }
}

/** Removes everything of ours: all clusters, images, caches and kubeconfigs. Can be run twice. */
export async function clean(host: Host, emit: Emit): Promise<Removed> {
  emit({ type: 'note', text: 'Removing all local clusters, their images and what was downloaded or built for them' })
  const removed: string[] = []
  if (await engineRuns(host)) {
    removed.push(...await removeNodes(undefined, host))
    const tags = (await dockerQuery(host, ['images', '--filter', `label=${imageLabel}`, '--format', '{{.Repository}}:{{.Tag}}'])).split('\n')
      .filter(tag => tag !== '')
    if (tags.length > 0) await docker(host, ['rmi', '--force', ...tags])
    removed.push(...tags)
  }
  for (const folder of [userFolder(host), cacheFolder(host)]) {
    if (await host.files.status(folder) === undefined) continue
    await host.files.remove(folder)
    removed.push(folder)
  }
  return { removed }
}
