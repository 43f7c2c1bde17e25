import semver from 'semver'
import type { Host } from '../host/host.ts'
import type { Check, Defect } from './check.ts'
import type { Facts, KubeletSettings } from './facts.ts'

const root = '/sys/fs/cgroup'
const controllers = {
  1: { required: ['cpu', 'cpuacct', 'cpuset', 'devices', 'freezer', 'memory', 'pids'], optional: ['hugetlb', 'blkio'] },
  2: { required: ['cpu', 'cpuset', 'memory', 'pids'], optional: ['hugetlb', 'io'] },
} as const

/** Which hierarchy is mounted at /sys/fs/cgroup; on a hybrid system that is version 1. */
export async function cgroupVersion(host: Host): Promise<1 | 2 | undefined> {
  const mounts = (await host.files.read('/proc/mounts') ?? '').split('\n').map(line => line.split(' '))
  if (mounts.findLast(([, path]) => path === root)?.[2] === 'cgroup2') return 2
  return mounts.some(([, , type]) => type === 'cgroup') ? 1 : undefined
}

/** A kubelet that is configured to accept version 1 makes that a warning. */
export function cgroups(kubelet: KubeletSettings): Check {
  return {
    name: 'SystemVerification',
    run: async facts => {
      const version = await cgroupVersion(facts.host)
      if (version === undefined) {
        return [{
          level: 'error',
          message: `No control groups: nothing of type cgroup2 or cgroup is mounted at ${root}.`,
          fix: [`mount -t cgroup2 none ${root}`, 'Boot with systemd, which mounts them.'],
        }]
      }
      const available = version === 2 ? await unified(facts.host) : await legacy(facts.host)
      const absent = (names: readonly string[]) => names.filter(name => !available.has(name))
      return [
        ...version === 1 ? await outdated(facts, (await kubelet())['failCgroupV1'] === false) : [],
        ...lacking('error', version, absent(controllers[version].required)),
        ...lacking('warning', version, absent(controllers[version].optional)),
      ]
    },
  }
}

async function outdated(facts: Facts, allowed: boolean): Promise<readonly Defect[]> {
  const kubelet = await facts.kubeletVersion().catch(() => undefined)
  const refused = !allowed && (kubelet === undefined || semver.gte(kubelet, '1.35.0-0'))
  return [{
    level: refused ? 'error' : 'warning',
    message: `This machine uses cgroup v1, which ${refused ? 'the kubelet refuses from 1.35 on' : 'Kubernetes is about to drop'}.`,
    fix: [
      'Boot with cgroup v2: add systemd.unified_cgroup_hierarchy=1 to the kernel command line.',
      ...refused ? ['Or keep v1 for now: set failCgroupV1: false in a KubeletConfiguration document that init gets with --config.'] : [],
    ],
  }]
}

function lacking(level: Defect['level'], version: 1 | 2, names: readonly string[]): readonly Defect[] {
  if (names.length === 0) return []
  const boot = names.includes('memory') ? 'Add cgroup_enable=memory to the kernel command line and boot again.' : 'Boot a kernel that has them enabled.'
  const where = version === 2 ? `${root}/cgroup.controllers` : '/proc/cgroups'
  return [{
    level,
    message: `Cgroup v${version} lacks the ${level === 'error' ? 'required' : 'optional'} controller${names.length > 1 ? 's' : ''} ${names.join(', ')} (${where}).`,
    fix: [boot],
  }]
}

/** Devices and freezer are no controllers in version 2, but part of it. */
async function unified(host: Host): Promise<Set<string>> {
  return new Set((await host.files.read(`${root}/cgroup.controllers`) ?? '').split(/\s+/))
}

/** /proc/cgroups: name, hierarchy, number of groups, enabled. */
async function legacy(host: Host): Promise<Set<string>> {
  const rows = (await host.files.read('/proc/cgroups') ?? '').split('\n').map(line => line.split(/\s+/))
  return new Set(rows.flatMap(([name, , , enabled]) => name !== undefined && enabled === '1' ? [name] : []))
}
