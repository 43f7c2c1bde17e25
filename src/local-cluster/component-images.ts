import { Problem } from '../core/problem.ts'
import type { Host } from '../host/host.ts'
import { docker } from './docker.ts'
import type { Programs } from './programs/source.ts'

/** An image that is made on the spot from programs, in a container where containerd runs. */
export interface ComponentImage {
  /** Full names, all of them for the one image. */
  readonly names: readonly string[]
  /** Programs on this machine, by the names they have in the image's /usr/local/bin. */
  readonly programs: Readonly<Record<string, string>>
  readonly entrypoint: readonly string[]
  /** Programs of the container that are copied with the libraries they load, and whatever else they read. */
  readonly copied?: readonly string[]
}

/** Tags are those that kubeadm expects (`kubeadm config images list`), whatever release the programs are of. */
export interface ComponentTags {
  readonly kubernetes: string
  readonly etcd: string
  readonly coredns: string
  readonly pause: string
}

const registry = 'registry.k8s.io'

export function pauseImage(tags: ComponentTags): string {
  return `${registry}/pause:${tags.pause}`
}

/** Everything a cluster runs. Components that are one program share one image, which is stored once. */
export function componentImages(programs: Programs, tags: ComponentTags): readonly ComponentImage[] {
  const components = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kube-proxy'] as const
  const shared = new Map<string, (typeof components[number])[]>()
  for (const name of components) shared.set(programs[name], [...shared.get(programs[name]) ?? [], name])
  return [
    ...[...shared.values()].map(names => ({
      names: names.map(name => `${registry}/${name}:${tags.kubernetes}`),
      programs: Object.fromEntries(names.map(name => [name, programs[name]])),
      entrypoint: [],
      ...(names.includes('kube-proxy') ? { copied: proxyPrograms } : {}),
    })),
    {
      names: [`${registry}/etcd:${tags.etcd}`],
      programs: { etcd: programs.etcd, etcdctl: programs.etcdctl },
      entrypoint: [],
    },
    {
      names: [`${registry}/coredns/coredns:${tags.coredns}`],
      programs: { coredns: programs.coredns },
      entrypoint: ['/usr/local/bin/coredns'],
    },
    { names: [pauseImage(tags)], programs: { pause: programs.pause }, entrypoint: ['/usr/local/bin/pause'] },
  ]
}

/** What kube-proxy calls. The iptables family is one program behind links, with loadable matches and targets. */
const proxyPrograms = [
  '/usr/sbin/xtables-nft-multi', '/usr/sbin/nft', '/usr/sbin/conntrack',
  ...['iptables', 'ip6tables'].flatMap(name => ['', '-save', '-restore'].map(suffix => `/usr/sbin/${name}-nft${suffix}`)),
] as const

/**
 * Makes an image inside a container, in the docker archive format (manifest.json, config, one layer), and gives it to
 * the containerd that listens there. `scratch` is a folder in the container.
 */
export async function importImage(
  container: string, image: ComponentImage, architecture: string, scratch: string, host: Host, socket = '/run/containerd/containerd.sock',
): Promise<void> {
  const run = async (step: string, script: string, args: readonly string[], input?: string): Promise<string> => {
    const result = await host.commands.change('docker',
      ['exec', ...(input === undefined ? [] : ['--interactive']), container, 'sh', '-euc', script, 'image', ...args],
      { timeout: 300_000, ...(input === undefined ? {} : { input }) })
    if (result.exitCode === 0) return result.stdout
    throw new Problem('image-failed', `${image.names[0]} could not be made in ${container} (${step}): ${result.stderr.trim()}`,
      ['kubeadm local-cluster clean   # then kubeadm local-cluster up', 'df -h /var/lib/docker'])
  }
  await run('folders', 'rm -rf "$1"; mkdir -p "$1/root/usr/local/bin" "$1/root/tmp"; chmod 1777 "$1/root/tmp"', [scratch])
  const first = new Map<string, string>()
  for (const [name, path] of Object.entries(image.programs)) {
    const twin = first.get(path)
    if (twin === undefined) await docker(host, ['cp', path, `${container}:${scratch}/root/usr/local/bin/${name}`])
    else await run('links', 'ln -s "$1" "$2"', [twin, `${scratch}/root/usr/local/bin/${name}`])
    first.set(path, twin ?? name)
  }
  if (image.copied !== undefined) await run('libraries', copyPrograms, [`${scratch}/root`, ...image.copied])
  const layer = await run('layer', packLayer, [scratch])
  const configuration = {
    architecture,
    os: 'linux',
    config: { Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'], Entrypoint: image.entrypoint },
    rootfs: { type: 'layers', diff_ids: [`sha256:${layer}`] },
  }
  const manifest = [{ Config: 'config.json', RepoTags: image.names, Layers: ['layer.tar'] }]
  await run('configuration', 'cat >"$1"', [`${scratch}/config.json`], JSON.stringify(configuration))
  await run('manifest', 'cat >"$1"', [`${scratch}/manifest.json`], JSON.stringify(manifest))
  await run('import', 'tar -C "$1" -c manifest.json config.json layer.tar | ctr --address "$2" --namespace k8s.io images import -; rm -rf "$1"',
    [scratch, socket])
}

/** The layer's uncompressed SHA-256 is its name; compressed it is a third, and every node has a copy of it. */
const packLayer = `
tar -C "$1/root" --owner=0 --group=0 --numeric-owner --mtime=@0 --sort=name -cf "$1/layer" .
sha256sum "$1/layer" | cut -d' ' -f1
gzip -1 <"$1/layer" >"$1/layer.tar"
rm -r "$1/layer" "$1/root"
`

/** Libraries by their loader's own account; the iptables names without -nft are what callers use. */
const copyPrograms = `
root=$1
shift
cp -a --parents "$@" "$root"
ldd "$@" | awk '$2 == "=>" { print $3 } $1 ~ /^\\// && $2 ~ /^\\(/ { print $1 }' | sort -u | xargs -r cp -L --parents -t "$root"
for modules in /usr/lib/*/xtables; do cp -a --parents "$modules" "$root"; done
for program in "$root"/usr/sbin/*-nft*; do
  name=$(basename "$program")
  ln -sf "$name" "$root/usr/sbin/$(echo "$name" | sed s/-nft//)"
done
for library in $(find "$root/usr/lib" -name 'libxt*.so'); do
  ldd "$library" | awk '$2 == "=>" { print $3 }' | sort -u | xargs -r cp -L --parents -t "$root"
done
`
