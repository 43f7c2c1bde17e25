import type { Emit } from '../core/event.ts'
import { Problem } from '../core/problem.ts'
import type { Host } from '../host/host.ts'

/** Where something is mounted below a directory, deepest first. Source: proc_pid_mountinfo(5), where blanks are octal. */
export async function mountsBelow(host: Host, directory: string): Promise<readonly string[]> {
  const real = await host.files.resolve(directory) ?? directory
  const text = await host.files.read('/proc/self/mountinfo') ?? ''
  return text.split('\n')
    .map(line => (line.split(' ')[4] ?? '').replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8))))
    .filter(path => path.startsWith(`${real}/`))
    .toReversed()
}

/** Unmounts everything below a directory; Problem `mounted` when something stays: deleting through a mount would delete what is behind it. */
export async function unmountBelow(host: Host, directory: string, flags: readonly string[]): Promise<void> {
  const options = flags.flatMap(flag => ({ MNT_FORCE: ['--force'], MNT_DETACH: ['--lazy'], UMOUNT_NOFOLLOW: ['--no-canonicalize'] })[flag] ?? [])
  for (const path of await mountsBelow(host, directory)) await host.commands.change('umount', [...options, '--', path])
  const left = await mountsBelow(host, directory)
  if (left.length > 0) {
    throw new Problem('mounted', `Still mounted below ${directory}: ${left.join(', ')}. Nothing there was deleted.`,
      [`See who uses it: fuser -vm ${left[0] ?? ''}`, 'Unmount it and run kubeadm reset again.'])
  }
}

/** Empties a directory and keeps it, after everything below it has been unmounted. */
export async function emptyDirectory(host: Host, emit: Emit, directory: string): Promise<void> {
  const entries = await host.files.list(directory)
  if (entries.length === 0) return
  const mounts = await mountsBelow(host, directory)
  if (mounts.length > 0) {
    throw new Problem('mounted', `${directory} is not emptied: ${mounts.join(', ')} is mounted there.`, [`umount ${mounts[0] ?? ''}`])
  }
  for (const entry of entries) await host.files.remove(`${directory}/${entry}`)
  emit({ type: 'note', text: `emptied ${directory}` })
}
