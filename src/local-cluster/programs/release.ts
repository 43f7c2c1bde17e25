import { releaseOf } from '../../config/versions.ts'
import type { Emit } from '../../core/event.ts'
import { Problem } from '../../core/problem.ts'
import type { Host } from '../../host/host.ts'
import { docker } from '../docker.ts'
import { ensureProgram, proxies } from '../packages.ts'
import { programNames, type ProgramName, type ProgramRequest, type Programs, type ProgramSource } from './source.ts'

/** Where releases are published; tests give a server of their own. */
export interface ReleaseSites {
  readonly kubernetes: string
  readonly github: string
  readonly registry: string
}

const officialSites: ReleaseSites = {
  kubernetes: 'https://dl.k8s.io/release',
  github: 'https://github.com',
  registry: 'registry.k8s.io',
}

const containerdVersion = '2.3.7'
const minutes = 60_000

/** One file to download, the published list or checksum it is held against, and the programs it holds. */
interface Download {
  readonly url: string
  readonly checksumUrl: string
  /** Program → its path inside the archive; absent: the file is the program. */
  readonly archive?: Readonly<Partial<Record<ProgramName, string>>>
  readonly programs: readonly ProgramName[]
}

/** The programs that the projects publish themselves, each verified against the checksum published with it. */
export function releaseSource(sites: ReleaseSites = officialSites): ProgramSource {
  return {
    name: 'release',
    describe: () => 'the official releases',
    async provide(request, host, emit) {
      const release = releaseOf(request.version)
      if (release === undefined) return { unavailable: `the releases that go with Kubernetes ${request.version} are not known` }
      const folder = `${request.cache}/${request.version}-${request.architecture}`
      const all = Object.fromEntries(programNames.map(name => [name, `${folder}/${name}`])) as Programs
      const missing = new Set<ProgramName>()
      for (const name of programNames) if (await host.files.status(all[name]) === undefined) missing.add(name)
      if (missing.size === 0) return all

      const unavailable = await whyUnavailable(sites.kubernetes, request, host)
      if (unavailable !== undefined) return { unavailable }
      await ensureProgram('curl', 'curl', host, emit)
      await host.files.makeDirectory(folder, 0o755)
      for (const download of downloads(sites, request, { etcd: release.etcd.replace(/-\d+$/, ''), coreDns: release.coreDns.replace(/^v/, '') })) {
        if (download.programs.some(name => missing.has(name))) await provideOne(download, folder, host, emit)
      }
      if (missing.has('pause')) await pauseFromImage(`${sites.registry}/pause:${release.pause}`, all.pause, request, host, emit)
      return all
    },
  }
}

function downloads(sites: ReleaseSites, { version, architecture }: ProgramRequest, other: { etcd: string, coreDns: string }): readonly Download[] {
  const kubernetes = (['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kube-proxy', 'kubelet', 'kubectl'] as const).map(name => {
    const url = `${sites.kubernetes}/${version}/bin/linux/${architecture}/${name}`
    return { url, checksumUrl: `${url}.sha256`, programs: [name] }
  })
  const archive = (project: string, tag: string, file: string, checksums: string, programs: Readonly<Partial<Record<ProgramName, string>>>): Download => {
    const folder = `${sites.github}/${project}/releases/download/${tag}`
    return { url: `${folder}/${file}`, checksumUrl: `${folder}/${checksums}`, archive: programs, programs: Object.keys(programs) as ProgramName[] }
  }
  const containerd = `containerd-static-${containerdVersion}-linux-${architecture}.tar.gz`
  const etcd = `etcd-v${other.etcd}-linux-${architecture}`
  const coreDns = `coredns_${other.coreDns}_linux_${architecture}.tgz`
  return [
    ...kubernetes,
    archive('containerd/containerd', `v${containerdVersion}`, containerd, `${containerd}.sha256sum`,
      { 'containerd': 'bin/containerd', 'containerd-shim-runc-v2': 'bin/containerd-shim-runc-v2', 'ctr': 'bin/ctr' }),
    archive('etcd-io/etcd', `v${other.etcd}`, `${etcd}.tar.gz`, 'SHA256SUMS', { etcd: `${etcd}/etcd`, etcdctl: `${etcd}/etcdctl` }),
    archive('coredns/coredns', `v${other.coreDns}`, coreDns, `${coreDns}.sha256`, { coredns: 'coredns' }),
  ]
}

/** Why nothing can be downloaded; a first small file tells. */
async function whyUnavailable(site: string, { version, architecture }: ProgramRequest, host: Host): Promise<string | undefined> {
  const { hostname } = new URL(site)
  try {
    const { status } = await host.network.fetch({ url: `${site}/${version}/bin/linux/${architecture}/kubelet.sha256` })
    if (status < 400) return undefined
    return status === 404 ? `${hostname} has no ${version}` : `${hostname} answers HTTP ${status}`
  } catch (error) {
    if (error instanceof Problem) return `${hostname} cannot be reached (${error.code})`
    throw error
  }
}

async function provideOne(download: Download, folder: string, host: Host, emit: Emit): Promise<void> {
  const { url, checksumUrl, archive, programs } = download
  const file = url.slice(url.lastIndexOf('/') + 1)
  emit({ type: 'note', text: `Downloading ${url}` })
  const published = checksumOf(file, await curl(['--', checksumUrl], checksumUrl, host))
  if (published === undefined) throw untrusted(url, `${checksumUrl} does not list it`)
  const partial = `${folder}/${file}.partial`
  await curl(['--output', partial, '--', url], url, host)
  const { stdout } = await host.commands.query('sha256sum', ['--', partial], { timeout: 5 * minutes })
  if (stdout.split(' ')[0] !== published) {
    await host.files.remove(partial)
    throw untrusted(url, `its SHA-256 is ${stdout.split(' ')[0]}, and ${checksumUrl} says ${published}`)
  }
  const unpacked = `${folder}/${file}.unpacked`
  if (archive !== undefined) {
    await host.files.makeDirectory(unpacked, 0o755)
    await change('tar', ['--extract', '--gzip', '--no-same-owner', '--file', partial, '--directory', unpacked], url, host)
  }
  for (const name of programs) {
    const from = archive === undefined ? partial : `${unpacked}/${archive[name]}`
    await change('chmod', ['0755', '--', from], url, host)
    await change('mv', ['--', from, `${folder}/${name}`], url, host)
  }
  await host.files.remove(unpacked)
  await host.files.remove(partial)
}

/** There is no other download of pause than its image. */
async function pauseFromImage(image: string, target: string, { architecture }: ProgramRequest, host: Host, emit: Emit): Promise<void> {
  emit({ type: 'note', text: `Pulling ${image}` })
  await docker(host, ['pull', '--quiet', '--platform', `linux/${architecture}`, image])
  const container = (await docker(host, ['create', '--platform', `linux/${architecture}`, image])).trim()
  try {
    await docker(host, ['cp', `${container}:/pause`, `${target}.partial`])
  } finally {
    await docker(host, ['rm', container])
  }
  await change('mv', ['--', `${target}.partial`, target], image, host)
}

/**
 * The SHA-256 of a file in what is published for it: the bare sum, or lines as sha256sum(1) writes them, with or without
 * folders before the names.
 */
export function checksumOf(file: string, published: string): string | undefined {
  const lines = published.trim().split('\n').map(line => line.trim().split(/\s+[*]?/))
  if (lines.length === 1 && lines[0]?.length === 1) return sum(lines[0][0])
  return sum(lines.find(([, name]) => name?.replace(/^.*\//, '') === file)?.[0])
}

function sum(text: string | undefined): string | undefined {
  return text !== undefined && /^[0-9a-f]{64}$/.test(text) ? text : undefined
}

async function curl(args: readonly string[], url: string, host: Host): Promise<string> {
  const safe = ['--fail', '--silent', '--show-error', '--location', '--retry', '3', ...(url.startsWith('https:') ? ['--proto', '=https'] : [])]
  return await change('curl', [...safe, ...args], url, host)
}

async function change(program: string, args: readonly string[], url: string, host: Host): Promise<string> {
  const result = await host.commands.change(program, args, { env: proxies(host), timeout: 30 * minutes })
  if (result.exitCode !== 0) {
    throw new Problem('download-failed', `${url} could not be downloaded and unpacked: ${program} says ${result.stderr.trim().split('\n').at(-1) ?? ''}`,
      [`curl --fail --location --head ${url}`, 'df -h ~/.cache'])
  }
  return result.stdout
}

function untrusted(url: string, why: string): Problem {
  return new Problem('checksum-mismatch', `${url} is not the file that was published: ${why}.`, ['Try again; if it stays so, do not use it, and tell the project that publishes it'])
}
