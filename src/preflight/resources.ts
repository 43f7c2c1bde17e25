import type { Check } from './check.ts'
import type { KubeletSettings } from './facts.ts'

const leastCpus = 2
/** MiB. */
const leastMemory = 1700

export const numCpu: Check = {
  name: 'NumCPU',
  run: async ({ host }) => {
    const cpus = host.machine.cpus()
    return cpus >= leastCpus ? [] : [{
      level: 'error',
      message: `This machine has ${cpus} CPU; a control plane needs at least ${leastCpus}.`,
      fix: [`Give it ${leastCpus} CPUs or more.`, 'Only to try things out: --ignore-preflight-errors=NumCPU'],
    }]
  },
}

export const memory: Check = {
  name: 'Mem',
  run: async ({ host }) => {
    const mebibytes = Math.floor(host.machine.memory() / 2 ** 20)
    return mebibytes >= leastMemory ? [] : [{
      level: 'error',
      message: `This machine has ${mebibytes} MiB of memory; a control plane needs at least ${leastMemory}.`,
      fix: [`Give it ${leastMemory} MiB or more.`, 'Only to try things out: --ignore-preflight-errors=Mem'],
    }]
  },
}

/** A kubelet that is configured for swap needs no warning. */
export function swap(kubelet: KubeletSettings): Check {
  return {
    name: 'Swap',
    run: async ({ host }) => {
      // The first line of proc_swaps(5) is the header.
      const devices = (await host.files.read('/proc/swaps') ?? '').split('\n').slice(1).filter(line => line.trim() !== '')
      if (devices.length === 0 || (await kubelet())['failSwapOn'] === false) return []
      return [{
        level: 'warning',
        message: `Swap is in use (${devices.map(line => line.split(/\s/)[0]).join(', ')}); the kubelet does not start with it unless its configuration sets failSwapOn: false.`,
        fix: ['swapoff -a, and take the swap lines out of /etc/fstab', 'Or set failSwapOn: false and memorySwap in a KubeletConfiguration document of --config.'],
      }]
    },
  }
}
