import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Host } from '../../src/host/host.ts'
import { cacheFolder } from '../../src/local-cluster/context.ts'
import { buildSource } from '../../src/local-cluster/programs/build.ts'

/** The path of upstream's kubeadm on this machine, to compare with: from KUBEADM_ASSETS, or built from its Go module. */
export async function upstreamKubeadm(version: string, host: Host): Promise<string> {
  const cache = join(cacheFolder(host), 'programs')
  const assets = host.machine.environment()['KUBEADM_ASSETS']
  if (assets === undefined) return await build(version, join(cache, 'build'), host)
  const target = join(cache, 'upstream', version, 'kubeadm')
  if (await host.files.status(target) !== undefined) return target
  await host.files.makeDirectory(join(cache, 'upstream', version), 0o755)
  await promisify(execFile)('sh', ['-euc', 'xz -dc -- "$1" >"$2.partial"; chmod 0755 "$2.partial"; mv -- "$2.partial" "$2"',
    'unpack', join(assets, version, 'kubeadm-upstream.xz'), target])
  return target
}

async function build(version: string, cache: string, host: Host): Promise<string> {
  const source = buildSource(join(import.meta.dirname, '../../packaging/programs'), { 'kubeadm-upstream': 'k8s.io/kubernetes/cmd/kubeadm' })
  const architecture = host.machine.architecture() === 'arm64' ? 'arm64' : 'amd64'
  const programs: Readonly<Record<string, string>> = { ...await source.provide({ version, architecture, cache }, host, () => {}) }
  const path = programs['kubeadm-upstream']
  if (path === undefined) throw new Error(`There is no upstream kubeadm ${version}: ${programs['unavailable']}`)
  return path
}
