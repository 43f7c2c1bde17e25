import type { Check } from './check.ts'
import { dashed } from './leftovers.ts'

/** That a folder of ours is not on a filesystem that is mounted read-only. */
export function writable(path: string): Check {
  return {
    name: `DirWritable-${dashed(path)}`,
    run: async ({ host }) => {
      const mounts = (await host.files.read('/proc/mounts') ?? '').split('\n').map(line => line.split(' '))
      const holding = mounts.filter(([, at = '']) => at === '/' || path === at || path.startsWith(`${at}/`))
      // Of several mounts at one place the last one is seen.
      const [, at, , options = ''] = holding.toSorted(([, one = ''], [, other = '']) => one.length - other.length).at(-1) ?? []
      return !options.split(',').includes('ro') ? [] : [{
        level: 'error',
        message: `${path} cannot be written: the filesystem at ${at} is mounted read-only.`,
        fix: [`mount -o remount,rw ${at}`],
      }]
    },
  }
}
