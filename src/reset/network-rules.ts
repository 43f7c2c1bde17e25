import { allDone } from '../core/all-done.ts'
import { Problem } from '../core/problem.ts'
import type { CommandOptions, Host } from '../host/host.ts'

/**
 * Takes out what kube-proxy and the kubelet put into the kernel: every chain named KUBE-…, the rules that lead there, the
 * nftables tables named kube-proxy, and their interfaces. All other rules stay as they are: nothing is flushed.
 */
export async function removeNetworkRules(host: Host): Promise<void> {
  await allDone([
    ...['iptables', 'ip6tables'].map(async program => await removeChains(host, program)),
    removeTables(host),
    removeInterfaces(host),
  ])
}

async function removeChains(host: Host, program: string): Promise<void> {
  if (await host.commands.find(`${program}-save`) === undefined) return
  const saved = await host.commands.query(`${program}-save`, [])
  const input = removalOf(saved.stdout)
  if (input !== '') await change(host, `${program}-restore`, ['--noflush'], `${program}-save | grep KUBE-`, { input })
}

/** Input for iptables-restore --noflush that removes the KUBE- chains of an iptables-save output, and nothing else. */
export function removalOf(saved: string): string {
  const tables: string[] = []
  let removal: string[] = []
  let chains: string[] = []
  for (const line of saved.split('\n')) {
    if (line.startsWith('*')) {
      tables.push(line)
      removal = []
      chains = []
    } else if (line.startsWith(':KUBE-')) {
      chains.push(line.slice(1).split(' ')[0] ?? '')
    } else if (line.startsWith('-A ') && !line.startsWith('-A KUBE-') && / -[jg] KUBE-/.test(line)) {
      removal.push(line.replace(/^-A/, '-D'))
    } else if (line === 'COMMIT') {
      const name = tables.pop() ?? ''
      if (chains.length > 0) {
        // A chain that is declared is made empty, also with --noflush; empty and without a rule that leads there it can be deleted.
        tables.push([name, ...chains.map(chain => `:${chain} - [0:0]`), ...removal, ...chains.map(chain => `-X ${chain}`), 'COMMIT', ''].join('\n'))
      }
    }
  }
  return tables.join('')
}

async function removeTables(host: Host): Promise<void> {
  if (await host.commands.find('nft') === undefined) return
  const tables = await host.commands.query('nft', ['list', 'tables'])
  for (const family of ['ip', 'ip6']) {
    if (tables.stdout.split('\n').includes(`table ${family} kube-proxy`)) {
      await change(host, 'nft', ['delete', 'table', family, 'kube-proxy'], 'nft list tables')
    }
  }
}

/** kube-ipvs0 is kube-proxy's; cni0 is the bridge plugin's and goes only when no Pod is connected to it any more. */
async function removeInterfaces(host: Host): Promise<void> {
  for (const name of ['kube-ipvs0', 'cni0']) {
    const directory = `/sys/class/net/${name}`
    if (await host.files.status(directory) === undefined) continue
    if ((await host.files.list(`${directory}/brif`)).length > 0) continue
    await change(host, 'ip', ['link', 'delete', name], 'ip link')
  }
}

async function change(host: Host, program: string, args: readonly string[], look: string, options?: CommandOptions): Promise<void> {
  const { exitCode, stderr } = await host.commands.change(program, args, options)
  if (exitCode === 0) return
  const line = [program, ...args].join(' ')
  throw new Problem('network-rules-left', `${line} failed: ${stderr.split('\n')[0] || `exit code ${exitCode}`}.`, [`See what is left: ${look}`])
}
