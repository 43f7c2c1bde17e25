import { lookup } from 'node:dns/promises'
import { readFile } from 'node:fs/promises'
import * as os from 'node:os'
import type { Machine, NetworkAddress } from './host.ts'

/** What the operating system says. */
export function localMachine(environment: Readonly<Record<string, string | undefined>>): Machine {
  return {
    hostname: () => os.hostname().trim().toLowerCase(),
    user: () => ({ uid: os.userInfo().uid, home: os.userInfo().homedir }),
    cpus: () => os.availableParallelism(),
    memory: () => os.totalmem(),
    architecture: () => ({ x64: 'amd64', ia32: '386' } as Record<string, string>)[os.arch()] ?? os.arch(),
    kernel: () => os.release(),
    distribution: async () => {
      const { osInfo } = await import('systeminformation')
      const { distro, release } = await osInfo()
      return { name: distro.split(' ')[0]?.toLowerCase() ?? '', version: release }
    },
    environment: () => environment,
    addresses,
    defaultAddress,
    lookup: async name => {
      try {
        return (await lookup(name, { all: true })).map(entry => entry.address)
      } catch {
        return []
      }
    },
  }
}

function addresses(): readonly NetworkAddress[] {
  return Object.entries(os.networkInterfaces()).flatMap(([name, entries]) => (entries ?? []).map(entry => ({
    interface: name,
    address: entry.address,
    prefix: Number(entry.cidr?.split('/')[1] ?? 0),
    family: entry.family === 'IPv6' ? 6 as const : 4 as const,
    internal: entry.internal,
  })))
}

/** As upstream: the first global address of the interface that holds a default route, IPv4 before IPv6. */
async function defaultAddress(): Promise<string | undefined> {
  const usable = addresses().filter(entry => !entry.internal && !/^(fe[89ab]|169\.254\.)/i.test(entry.address))
  for (const [family, table] of [[4, '/proc/net/route'], [6, '/proc/net/ipv6_route']] as const) {
    const device = defaultDevice(family, await readFile(table, 'utf8').catch(() => ''))
    const found = usable.find(entry => entry.family === family && entry.interface === device)
    if (found !== undefined) return found.address
  }
  return undefined
}

/** The device of the default route with the lowest metric: columns as in proc_net_route(5). */
export function defaultDevice(family: 4 | 6, table: string): string | undefined {
  const v6 = family === 6
  const routes = table.split('\n').map(line => line.trim().split(/\s+/)).filter(columns => v6
    ? columns[0] === '0'.repeat(32) && columns[1] === '00' && columns[9] !== 'lo'
    : columns[1] === '00000000' && columns[7] === '00000000')
  const metric = (columns: readonly string[]) => v6 ? Number.parseInt(columns[5] ?? '', 16) : Number(columns[6])
  const best = routes.toSorted((a, b) => metric(a) - metric(b))[0]
  return v6 ? best?.[9] : best?.[0]
}
