import type { Host } from '../host/host.ts'
import type { Check, Defect } from './check.ts'

/** Kernels that Kubernetes is tested with: k8s.io/system-validators. */
const supported = /^(5\.(4|10|15)([.-]|$)|([6-9]|[1-9]\d+)\.\d+\.\d+)/

export const kernelVersion: Check = {
  name: 'SystemVerification',
  run: async ({ host }) => {
    const release = host.machine.kernel()
    return supported.test(release) ? [] : [{
      level: 'warning',
      message: `Kernel ${release} is not one that Kubernetes is tested with (5.4, 5.10, 5.15, 6 and later).`,
      fix: ['Boot a long-term kernel: 5.10 or newer.'],
    }]
  },
}

/** Each is built in or a module; after a `|` stands what the option was called in other kernels. */
const required = [
  'NAMESPACES', 'NET_NS', 'PID_NS', 'IPC_NS', 'UTS_NS', 'CPUSETS', 'MEMCG', 'INET', 'EXT4_FS', 'PROC_FS',
  'NETFILTER_XT_TARGET_REDIRECT|IP_NF_TARGET_REDIRECT', 'NETFILTER_XT_MATCH_COMMENT', 'FAIR_GROUP_SCHED', 'CGROUPS', 'CGROUP_PIDS', 'CGROUP_SCHED',
]
const requiredByCgroup = { 1: ['CGROUP_CPUACCT', 'CGROUP_DEVICE', 'CGROUP_FREEZER'], 2: ['CGROUP_BPF'] } as const

export function kernelOptions(cgroupVersion: (host: Host) => Promise<1 | 2 | undefined>): Check {
  return {
    name: 'SystemVerification',
    run: async ({ host }) => {
      const [configuration, version] = await Promise.all([kernelConfiguration(host), cgroupVersion(host)])
      if (configuration === undefined) return [unreadable(host.machine.kernel())]
      const enabled = new Set([...configuration.matchAll(/^CONFIG_([A-Z0-9_]+)=[ym]/gm)].map(match => match[1]))
      const missing = [...required, ...version === undefined ? [] : requiredByCgroup[version]]
        .filter(option => !option.split('|').some(name => enabled.has(name)))
        .map(option => `CONFIG_${option.split('|')[0]}`)
      return missing.length === 0 ? [] : [{
        level: 'error',
        message: `The kernel ${host.machine.kernel()} lacks what containers need: ${missing.join(', ')}.`,
        fix: ['Boot a kernel that is built with these options, such as the distribution\'s own: apt-get install linux-image-amd64 or dnf install kernel'],
      }]
    },
  }
}

function unreadable(release: string): Defect {
  return {
    level: 'error',
    message: `The options that the kernel ${release} was built with are nowhere to be read (/proc/config.gz, /boot/config-${release} and others).`,
    fix: ['modprobe configs', `Install the kernel's package again, so that /boot/config-${release} is there.`,
      'If you know that the kernel is good for containers: --ignore-preflight-errors=SystemVerification'],
  }
}

async function kernelConfiguration(host: Host): Promise<string | undefined> {
  const release = host.machine.kernel()
  const plain = [
    `/boot/config-${release}`, `/usr/src/linux-${release}/.config`, '/usr/src/linux/.config', `/usr/lib/modules/${release}/config`,
    `/usr/lib/ostree-boot/config-${release}`, `/usr/lib/kernel/config-${release}`, `/usr/src/linux-headers-${release}/.config`,
    `/lib/modules/${release}/build/.config`,
  ]
  const running = await runningConfiguration(host)
  if (running !== undefined) return running
  for (const path of plain) {
    const content = await host.files.read(path)
    if (content !== undefined) return content
  }
  return undefined
}

/** The kernel's own copy; only kernels built with IKCONFIG_PROC have it, some as a module. */
async function runningConfiguration(host: Host): Promise<string | undefined> {
  if (await host.files.status('/proc/config.gz') === undefined) return undefined
  const { exitCode, stdout } = await host.commands.query('gzip', ['-dc', '/proc/config.gz'])
  return exitCode === 0 ? stdout : undefined
}
