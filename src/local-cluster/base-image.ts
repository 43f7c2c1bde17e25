import type { Emit } from '../core/event.ts'
import { Problem } from '../core/problem.ts'
import type { Host } from '../host/host.ts'
import { ensureProgram, proxies } from './packages.ts'

/** Marks images of ours, so that `clean` finds them. Another label than the nodes', who would inherit it. */
export const imageLabel = 'kubeadm.local-cluster.image'

/** The last release whose systemd still boots on a host with cgroup v1. */
const suite = 'bookworm'

/** What kubeadm's preflight, the kubelet and kube-proxy call, and the libraries that Node loads. */
const packages = [
  'systemd', 'systemd-sysv', 'dbus', 'iptables', 'nftables', 'iproute2', 'conntrack', 'ebtables', 'ethtool', 'socat', 'kmod', 'procps',
  'ca-certificates', 'runc', 'containernetworking-plugins', 'util-linux', 'mount', 'curl', 'jq', 'openssl', 'libatomic1', 'libstdc++6', 'xz-utils',
] as const

/** The image of a bare Debian with what a node needs, made by debootstrap when it is not there. Returns its tag. */
export async function baseImage(architecture: string, cache: string, host: Host, emit: Emit): Promise<string> {
  const tag = `kubeadm-local-base:${await shortHash([suite, architecture, ...packages].join(' '), host)}`
  if (await imageExists(tag, host)) return tag
  if (host.machine.user().uid !== 0) {
    throw new Problem('root-needed', 'The node image is made with debootstrap, which only root may run.', ['sudo kubeadm local-cluster up'])
  }
  await ensureProgram('debootstrap', 'debootstrap', host, emit)
  emit({ type: 'note', text: 'Making the nodes\' Debian with debootstrap: under a minute, and only this once' })
  const root = `${cache}/${suite}-${architecture}`
  await host.files.remove(root)
  const made = await host.commands.change('debootstrap',
    [`--arch=${architecture}`, '--variant=minbase', `--include=${packages.join(',')}`, suite, root],
    { timeout: 900_000, env: proxies(host) })
  if (made.exitCode !== 0) {
    throw new Problem('debootstrap-failed', `debootstrap could not make the nodes' Debian: ${`${made.stdout}\n${made.stderr}`.trim().split('\n').at(-1) ?? ''}`,
      [`Read ${root}/debootstrap/debootstrap.log`, 'curl -I http://deb.debian.org/debian/'])
  }
  const script = 'tar -C "$1" --exclude=./var/cache/apt/archives/* --exclude=./var/lib/apt/lists/* -c . | docker import --change "LABEL $2=base" - "$3"'
  const imported = await host.commands.change('sh', ['-c', script, 'import', root, imageLabel, tag], { timeout: 300_000 })
  if (imported.exitCode !== 0) {
    throw new Problem('docker-failed', `docker import failed: ${imported.stderr.trim()}`, ['df -h /var/lib/docker', 'docker info'])
  }
  await host.files.remove(root)
  return tag
}

export async function imageExists(tag: string, host: Host): Promise<boolean> {
  return (await host.commands.query('docker', ['image', 'inspect', '--format', '{{.Id}}', tag])).exitCode === 0
}

/** 12 hexadecimal digits of a text's SHA-256. */
export async function shortHash(text: string, host: Host): Promise<string> {
  return (await host.commands.query('sha256sum', [], { input: text })).stdout.slice(0, 12)
}
