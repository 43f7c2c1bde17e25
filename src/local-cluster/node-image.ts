import type { Emit } from '../core/event.ts'
import { Problem } from '../core/problem.ts'
import { waitFor } from '../core/wait.ts'
import type { Host } from '../host/host.ts'
import { baseImage, imageExists, imageLabel, shortHash } from './base-image.ts'
import { componentImages, importImage, pauseImage, type ComponentTags } from './component-images.ts'
import { docker, dockerQuery, label } from './docker.ts'
import { entryPoint, nodeFiles } from './node-files.ts'
import { nodePrivileges } from './nodes.ts'
import type { Programs } from './programs/source.ts'

interface NodeImage {
  readonly version: string
  readonly architecture: string
  readonly programs: Programs
  readonly tags: ComponentTags
  readonly cache: string
}

/** Moves when what is done to the image changes in a way that no input of it shows. */
const recipe = '1'
const nodePrograms = ['kubelet', 'kubectl', 'containerd', 'containerd-shim-runc-v2', 'ctr'] as const

/** Services of a machine that a container has no use for, or that would act on the host's devices. */
const masked = [
  'systemd-udevd.service', 'systemd-udevd-kernel.socket', 'systemd-udevd-control.socket', 'systemd-udev-trigger.service',
  'systemd-logind.service', 'systemd-modules-load.service', 'getty.target', 'console-getty.service', 'systemd-update-utmp.service',
  'systemd-sysctl.service', 'systemd-binfmt.service', 'e2scrub_all.timer', 'fstrim.timer', 'apt-daily.timer', 'apt-daily-upgrade.timer', 'dpkg-db-backup.timer',
  'sys-kernel-debug.mount', 'sys-kernel-tracing.mount', 'sys-kernel-config.mount', 'sys-fs-fuse-connections.mount', 'dev-hugepages.mount', 'dev-mqueue.mount',
] as const

/**
 * The image that nodes start from: Debian, Kubernetes' programs, their services, and a containerd that has the
 * components' images already. Its tag is a hash of all it is made of; made when it is not there. Returns the tag.
 */
export async function nodeImage(image: NodeImage, host: Host, emit: Emit): Promise<string> {
  const cgroupV1 = await host.files.status('/sys/fs/cgroup/cgroup.controllers') === undefined
  const files = nodeFiles({ pause: pauseImage(image.tags), cgroupV1 })
  const base = await baseImage(image.architecture, image.cache, host, emit)
  const programs = await Promise.all(Object.entries(image.programs).map(async ([name, path]) => {
    const status = await host.files.status(path)
    return [name, path, status?.size, status?.modified.getTime()]
  }))
  const hash = await shortHash(JSON.stringify({ base, recipe, tags: image.tags, files, masked, programs }), host)
  const tag = `kubeadm-local-node:${image.version}-${hash}`
  if (await imageExists(tag, host)) return tag

  emit({ type: 'note', text: `Making the node image for Kubernetes ${image.version}: under a minute, and only this once` })
  const container = `kubeadm-image-${hash}`
  await host.commands.change('docker', ['rm', '--force', '--volumes', container])
  try {
    await docker(host, ['run', '--detach', '--name', container, '--label', `${label}=.image`, ...nodePrivileges, '--volume', '/prepare', base, 'sleep', 'infinity'])
    await fill(container, image, files, host)
    await importAll(container, image, host, emit)
    await docker(host, ['commit', '--change', `ENTRYPOINT ["${entryPoint}"]`, '--change', 'CMD []', '--change', `LABEL ${imageLabel}=node`, container, tag])
    await removeOlder(tag, image.version, host)
  } finally {
    await host.commands.change('docker', ['rm', '--force', '--volumes', container], { timeout: 120_000 })
  }
  return tag
}

/** What earlier inputs made of the same version. An image that a cluster still runs from stays. */
async function removeOlder(tag: string, version: string, host: Host): Promise<void> {
  const all = await dockerQuery(host, ['images', '--filter', `reference=kubeadm-local-node:${version}-*`, '--format', '{{.Repository}}:{{.Tag}}'])
  for (const older of all.split('\n').filter(name => name !== '' && name !== tag)) await host.commands.change('docker', ['rmi', older])
}

async function fill(container: string, image: NodeImage, files: ReturnType<typeof nodeFiles>, host: Host): Promise<void> {
  const inside = async (script: string, args: readonly string[], input?: string) => await docker(host,
    ['exec', ...(input === undefined ? [] : ['--interactive']), container, 'sh', '-euc', script, 'fill', ...args], input === undefined ? {} : { input })
  for (const file of files) {
    await inside('mkdir -p "$(dirname "$1")"; cat >"$1"; chmod "$2" "$1"', [file.path, file.mode.toString(8)], file.content)
  }
  const copied = new Map<string, string>()
  for (const name of nodePrograms) {
    const path = image.programs[name]
    const twin = copied.get(path)
    if (twin === undefined) await docker(host, ['cp', path, `${container}:/usr/bin/${name}`])
    else await inside('ln -s "$1" "/usr/bin/$2"', [twin, name])
    copied.set(path, twin ?? name)
  }
  await inside(prepare, masked)
}

/** containerd's own store is prepared on a volume, a real filesystem, and then copied into the image. */
async function importAll(container: string, image: NodeImage, host: Host, emit: Emit): Promise<void> {
  const socket = '/run/prepare.sock'
  await docker(host, ['exec', '--detach', container, 'containerd', '--root', '/prepare/containerd', '--state', '/run/prepare', '--address', socket])
  await waitFor({
    target: 'containerd', timeout: 30_000, interval: 100, clock: host.clock, emit,
    setting: 'the time containerd has to start', fix: [`docker exec ${container} containerd --version`],
  }, async () => {
    const result = await host.commands.query('docker', ['exec', container, 'ctr', '--address', socket, 'version'])
    return result.exitCode === 0 ? { done: true } : { seen: 'no answer yet' }
  })
  for (const component of componentImages(image.programs, image.tags)) {
    emit({ type: 'note', text: `Making ${component.names.join(', ')}` })
    await importImage(container, component, image.architecture, '/prepare/image', host, socket)
  }
  const result = await host.commands.change('docker', ['exec', container, 'sh', '-euc', keepStore], { timeout: 120_000 })
  if (result.exitCode !== 0) {
    throw new Problem('image-failed', `The images could not be stored in the node image: ${result.stderr.trim()}`, ['df -h /var/lib/docker'])
  }
}

const prepare = `
for unit in "$@"; do ln -sf /dev/null "/etc/systemd/system/$unit"; done
mkdir -p /opt/cni /etc/cni/net.d /etc/kubernetes/manifests /var/lib/kubelet /etc/systemd/system/multi-user.target.wants
ln -sfn /usr/lib/cni /opt/cni/bin
for unit in containerd kubelet; do
  ln -sf "/usr/lib/systemd/system/$unit.service" /etc/systemd/system/multi-user.target.wants/
done
ln -sf /lib/systemd/system/multi-user.target /etc/systemd/system/default.target
rm -rf /var/cache/apt /var/cache/debconf /var/lib/apt/lists /usr/share/doc /usr/share/man /usr/share/locale
`

const keepStore = `
pkill -x containerd
while pgrep -x containerd >/dev/null; do sleep 0.1; done
rm -rf /var/lib/containerd /run/prepare /run/prepare.sock
cp -a /prepare/containerd /var/lib/containerd
`
