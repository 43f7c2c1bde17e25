import type { Emit } from '../core/event.ts'
import { Problem } from '../core/problem.ts'
import type { Host } from '../host/host.ts'
import type { ProgramRequest, Programs, ProgramSource, SourceName } from './programs/source.ts'

/**
 * Asks each source in turn for all programs of a version; `only` names the one to use. Each source has its own folder
 * below the cache. Throws a Problem with every source's reason when none has them.
 */
export async function programs(
  sources: readonly ProgramSource[], only: SourceName | undefined, request: ProgramRequest, host: Host, emit: Emit,
): Promise<Programs> {
  const reasons: string[] = []
  for (const source of sources.filter(candidate => only === undefined || candidate.name === only)) {
    const found = await source.provide({ ...request, cache: `${request.cache}/${source.name}` }, host, emit)
    if (!('unavailable' in found)) return found
    reasons.push(`${source.name}: ${found.unavailable}`)
  }
  throw new Problem('programs-missing', `Kubernetes ${request.version} for linux/${request.architecture} was not found. ${reasons.join('; ')}.`,
    ['Set KUBEADM_ASSETS to a folder that holds it', 'Choose another version with --kubernetes-version'])
}
