import { Problem } from '../../core/problem.ts'
import type { Host } from '../../host/host.ts'
import { programNames, type ProgramName, type Programs, type ProgramSource } from './source.ts'

/** The programs of Kubernetes itself, packed as one. */
const kubenode: readonly ProgramName[] =
  ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kube-proxy', 'kubelet', 'kubectl']

/**
 * A folder with `<version>/kubenode.xz` and `common/<program>.xz` for linux/amd64, and their SHA256SUMS. Each is verified
 * and unpacked once, under its checksum: a changed folder is never mixed with what was unpacked before.
 */
export function folderSource(folder: string | undefined): ProgramSource {
  return {
    name: 'folder',
    describe: () => `the folder ${folder}`,
    async provide({ version, architecture, cache }, host, emit) {
      if (folder === undefined) return { unavailable: 'KUBEADM_ASSETS names no folder' }
      const list = await host.files.read(`${folder}/SHA256SUMS`)
      if (list === undefined) return { unavailable: `${folder}/SHA256SUMS does not exist` }
      if (architecture !== 'amd64') return { unavailable: `${folder} has programs for amd64 only` }
      const sums = checksums(list)
      const files = new Map<string, string>([...programNames, 'agnhost'].map(name =>
        [name, (kubenode as readonly string[]).includes(name) ? `${version}/kubenode.xz` : `common/${name}.xz`]))
      const missing = [...new Set(files.values())].find(file => !sums.has(file))
      if (missing !== undefined) return { unavailable: `${folder} has no ${missing}` }

      const unpacked = new Map(await Promise.all([...new Set(files.values())].map(async file =>
        [file, await unpack(folder, file, sums.get(file) as string, cache, host, emit)] as const)))
      return Object.fromEntries([...files].map(([name, file]) => [name, unpacked.get(file)])) as Programs
    },
  }
}

async function unpack(
  folder: string, file: string, sum: string, cache: string, host: Host, emit: Parameters<ProgramSource['provide']>[2],
): Promise<string> {
  const name = file.replace(/^.*\//, '').replace(/\.xz$/, '')
  const target = `${cache}/${name}-${sum.slice(0, 16)}`
  if (await host.files.status(target) !== undefined) return target
  emit({ type: 'note', text: `Unpacking ${name} from ${folder}` })
  const found = await host.commands.query('sha256sum', [`${folder}/${file}`])
  if (found.stdout.split(' ')[0] !== sum) {
    throw new Problem('checksum-mismatch', `${folder}/${file} is not the file that ${folder}/SHA256SUMS lists.`,
      [`Copy ${file} again from where ${folder} came from, then check it: cd ${folder} && sha256sum -c SHA256SUMS`])
  }
  await host.files.makeDirectory(cache, 0o755)
  const partial = `${target}.partial`
  const result = await host.commands.change('sh', ['-c', 'xz -dc -- "$1" >"$2" && chmod 0755 "$2" && mv -- "$2" "$3"',
    'unpack', `${folder}/${file}`, partial, target], { timeout: 300_000 })
  if (result.exitCode !== 0) {
    await host.files.remove(partial)
    throw new Problem('unpack-failed', `${folder}/${file} cannot be unpacked into ${cache}: ${result.stderr.trim()}`,
      [`df -h ${cache}`, 'apt-get install xz-utils'])
  }
  return target
}

/** File name, without a leading `./`, → SHA-256 in hex; the format of sha256sum(1). */
function checksums(list: string): ReadonlyMap<string, string> {
  return new Map([...list.matchAll(/^([0-9a-f]{64}) [ *](?:\.\/)?(.+)$/gm)].map(match =>
    [match[2] as string, match[1] as string]))
}
