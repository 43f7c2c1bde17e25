import type { Check } from './check.ts'

const takeBack = 'If it is left from an earlier cluster: kubeadm reset'

/** A file that we are going to write must not be there: it would belong to another cluster. */
export function fileAvailable(path: string): Check {
  return {
    name: `FileAvailable-${dashed(path)}`,
    run: async ({ host }) => await host.files.status(path) === undefined ? [] : [{
      level: 'error',
      message: `${path} is there already.`,
      fix: [takeBack, `Or move it away: mv ${path} ${path}.old`],
    }],
  }
}

/** etcd's data directory must be empty: a new member does not start on the data of an old one. */
export function directoryAvailable(path: string): Check {
  return {
    name: `DirAvailable-${dashed(path)}`,
    run: async ({ host }) => {
      const names = await host.files.list(path)
      return names.length === 0 ? [] : [{
        level: 'error',
        message: `${path} is not empty: it holds ${names.slice(0, 3).join(', ')}${names.length > 3 ? ', …' : ''}.`,
        fix: [takeBack, `Or move it away: mv ${path} ${path}.old`],
      }]
    },
  }
}

/** Upstream's names of checks hold the path with every slash turned into a dash. */
export function dashed(path: string): string {
  return path.replaceAll('/', '-')
}
