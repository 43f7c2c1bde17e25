import type { Emit } from '../core/event.ts'
import { Problem } from '../core/problem.ts'
import { waitFor } from '../core/wait.ts'
import type { CommandOptions, CommandResult, Host } from '../host/host.ts'
import { docker, dockerProblem, dockerQuery, label } from './docker.ts'

/** A node that runs: its container's name, which is its host name, and its IPv4 address in the cluster's network. */
export interface Node {
  readonly name: string
  readonly address: string
}

/**
 * What a node may do: less than --privileged, which gives every device and, where the host's own root lacks a
 * capability, cannot be had. Mounting, cgroups and namespaces need the capabilities and no filter on system calls.
 */
export const nodePrivileges = [
  '--cap-add', 'ALL', '--cap-drop', 'SYS_RESOURCE',
  '--security-opt', 'seccomp=unconfined', '--security-opt', 'apparmor=unconfined', '--security-opt', 'systempaths=unconfined',
  '--device-cgroup-rule', 'a *:* rwm', '--cgroupns', 'private',
] as const

interface NodeSet {
  /** Value of the label that `removeNodes` finds them by. */
  readonly cluster: string
  readonly image: string
  readonly names: readonly string[]
  /** A program on this machine that becomes the nodes' kubeadm. */
  readonly kubeadm?: string
}

/** Starts nodes side by side in a network of their own and waits until each one's containerd serves. */
export async function startNodes({ cluster, image, names, kubeadm }: NodeSet, host: Host, emit: Emit): Promise<readonly Node[]> {
  const network = networkName(cluster)
  await docker(host, ['network', 'create', '--label', `${label}=${cluster}`, network])
  const extra = await hostArguments(host)
  return await Promise.all(names.map(async name => {
    await docker(host, [
      'run', '--detach', '--name', name, '--hostname', name, '--network', network, '--label', `${label}=${cluster}`,
      ...nodePrivileges, '--stop-signal', 'SIGRTMIN+3', '--tmpfs', '/run', '--tmpfs', '/tmp:exec', '--volume', '/var', ...extra, image,
    ])
    if (kubeadm !== undefined) await docker(host, ['cp', '--follow-link', kubeadm, `${name}:/usr/bin/kubeadm`])
    await ready(name, host, emit)
    const address = await dockerQuery(host, ['inspect', '--format', '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}', name])
    return { name, address }
  }))
}

/** Names of a cluster's containers, running or not; of every cluster when none is named. */
export async function nodeNames(cluster: string | undefined, host: Host): Promise<readonly string[]> {
  return lines(await dockerQuery(host, ['ps', '--all', '--filter', filter(cluster), '--format', '{{.Names}}']))
}

/** Names of a cluster's networks; of every cluster when none is named. */
export async function networkNames(cluster: string | undefined, host: Host): Promise<readonly string[]> {
  return lines(await dockerQuery(host, ['network', 'ls', '--filter', filter(cluster), '--format', '{{.Name}}']))
}

/** Removes a cluster's containers with their volumes, and its network. Nothing there is fine. Returns what was removed. */
export async function removeNodes(cluster: string | undefined, host: Host): Promise<readonly string[]> {
  const names = await nodeNames(cluster, host)
  if (names.length > 0) await docker(host, ['rm', '--force', '--volumes', ...names])
  const networks = await networkNames(cluster, host)
  for (const network of networks) await removeNetwork(network, host)
  return [...names, ...networks]
}

/** A network that something else has joined stays: whose it is, is for the user to say. */
async function removeNetwork(network: string, host: Host): Promise<void> {
  const result = await host.commands.change('docker', ['network', 'rm', network])
  if (result.exitCode === 0) return
  const users = lines((await dockerQuery(host, ['network', 'inspect', '--format', '{{range .Containers}}{{println .Name}}{{end}}', network])))
  if (users.length === 0) throw dockerProblem(['network'], result.stderr)
  throw new Problem('network-in-use', `The network ${network} is still used by ${users.join(', ')}, which ${users.length === 1 ? 'is no node' : 'are no nodes'} of this cluster.`,
    [users.map(user => `docker network disconnect --force ${network} ${user}`).join('; '), `docker rm --force ${users.join(' ')}`])
}

/** Runs a command in a node. A non-zero exit is a result, as on this machine. Secrets belong in `input`. */
export async function runInNode(node: string, command: readonly string[], host: Host, options: CommandOptions = {}): Promise<CommandResult> {
  const interactive = options.input === undefined ? [] : ['--interactive']
  return await host.commands.change('docker', ['exec', ...interactive, node, ...command], options)
}

export function networkName(cluster: string): string {
  return `kubeadm-${cluster}`
}

/** systemd reports on the boot as it goes; containerd's unit is active once it serves. */
async function ready(name: string, host: Host, emit: Emit): Promise<void> {
  await waitFor({
    target: name, timeout: 60_000, interval: 100, clock: host.clock, emit,
    setting: 'the time a node has to start', fix: [`docker logs ${name}`, `docker exec ${name} journalctl --no-pager`],
  }, async () => {
    const result = await host.commands.query('docker', ['exec', name, 'systemctl', 'is-active', 'containerd'])
    if (result.exitCode === 0) return { done: true }
    const state = await dockerQuery(host, ['inspect', '--format', '{{.State.Status}} {{.State.ExitCode}}', name])
    if (state.startsWith('exited')) {
      const log = await host.commands.query('docker', ['logs', '--tail', '3', name])
      throw new Problem('node-exited', `The container ${name} ended with exit code ${state.split(' ')[1]}: ${`${log.stdout} ${log.stderr}`.trim()}`,
        [`docker logs ${name}`, 'kubeadm local-cluster down   # then kubeadm local-cluster up'])
    }
    return { seen: `containerd is ${result.stdout || 'not there'}` }
  })
}

async function hostArguments(host: Host): Promise<readonly string[]> {
  const modules = await host.files.status('/lib/modules') === undefined ? [] : ['--volume', '/lib/modules:/lib/modules:ro']
  return [...modules, '--env', 'container=docker', '--env', `NAMESERVERS=${(await nameservers(host)).join(' ')}`]
}

/** The servers that the host asks; when it runs a resolver of its own, which no node can reach, those behind it. */
async function nameservers(host: Host): Promise<readonly string[]> {
  for (const path of ['/etc/resolv.conf', '/run/systemd/resolve/resolv.conf']) {
    const servers = [...(await host.files.read(path) ?? '').matchAll(/^nameserver\s+(\S+)/gm)].map(match => match[1] as string)
    const reachable = servers.filter(server => !server.startsWith('127.') && server !== '::1')
    if (reachable.length > 0) return reachable.slice(0, 3)
  }
  return ['8.8.8.8', '8.8.4.4']
}

function filter(cluster: string | undefined): string {
  return cluster === undefined ? `label=${label}` : `label=${label}=${cluster}`
}

function lines(text: string): readonly string[] {
  return text.split('\n').filter(line => line !== '')
}
