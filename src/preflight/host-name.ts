import type { Host } from '../host/host.ts'
import type { Check } from './check.ts'

/** A qualified name without a prefix. */
const plain = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/
/** Milliseconds. A name server that is away would otherwise hold everything up. */
const patience = 1000

export function nodeName(name: string): Check {
  return {
    name: 'Hostname',
    run: async ({ host }) => {
      const fix = [`echo "${host.machine.addresses().find(({ internal }) => !internal)?.address ?? '<address>'} ${name}" >> /etc/hosts`] as const
      if (!plain.test(name) || name.length > 63) {
        return [{
          level: 'warning',
          message: `"${name}" does not work well as the name of a node: up to 63 letters, digits, "-", "_" and ".", beginning and ending with a letter or digit.`,
          fix: ['Give another one: --node-name=<name>'],
        }]
      }
      const addresses = await lookup(host, name)
      if (addresses === undefined) {
        return [{ level: 'warning', message: `Looking up "${name}" takes over ${patience / 1000} s: no name server answers.`, fix: [...fix, 'Check /etc/resolv.conf.'] }]
      }
      return addresses.length > 0 ? [] : [{ level: 'warning', message: `The node's name "${name}" has no address, in DNS or in /etc/hosts.`, fix }]
    },
  }
}

/** Undefined when it takes too long. */
async function lookup(host: Host, name: string): Promise<readonly string[] | undefined> {
  const answered = new AbortController()
  const tooLong = host.clock.sleep(patience, answered.signal).then(() => undefined, () => undefined)
  try {
    return await Promise.race([host.machine.lookup(name), tooLong])
  } finally {
    answered.abort()
  }
}
