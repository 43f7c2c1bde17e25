import type { Check } from './check.ts'
import { dashed } from './leftovers.ts'

/** Without forwarding Pods reach nobody outside their node. */
export function forwarding(family: 4 | 6): Check {
  const setting = family === 4 ? 'net.ipv4.ip_forward' : 'net.ipv6.conf.default.forwarding'
  const path = `/proc/sys/${setting.replaceAll('.', '/')}`
  return {
    name: `FileContent-${dashed(path)}`,
    run: async ({ host }) => {
      const content = await host.files.read(path)
      return content?.startsWith('1') ? [] : [{
        level: 'error',
        message: content === undefined ? `The kernel has no setting ${setting}: there is no ${path}.` : `IPv${family} forwarding is off: ${path} is not 1.`,
        fix: content === undefined
          ? [`Use a kernel with IPv${family}${family === 6 ? ', started without ipv6.disable=1' : ''}.`]
          : [`sysctl -w ${setting}=1`, `For the next boots too: echo ${setting}=1 > /etc/sysctl.d/99-kubernetes.conf`],
      }]
    },
  }
}
