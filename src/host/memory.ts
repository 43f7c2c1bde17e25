import { posix } from 'node:path'
import { Problem } from '../core/problem.ts'
import type { ContainerRuntime } from './container-runtime.ts'
import type { CommandResult, FileStatus, Host, NetworkAddress, WebRequest, WebResponse } from './host.ts'

interface MemoryFile { content: string, mode: number, kind: FileStatus['kind'] }

type ServiceStatus = Awaited<ReturnType<Host['services']['status']>>

export interface MemoryHostOptions {
  /** Path → content; mode 0644, 0600 for keys and kubeconfigs (`.key`, `.conf`). A path that ends in `/` is an empty directory. */
  readonly files?: Readonly<Record<string, string>>
  /** Command line → result; a string is its stdout. A command that is not listed fails the test. */
  readonly commands?: Readonly<Record<string, string | Partial<CommandResult>>>
  /** Programs that can be found in PATH; those of `commands` are there anyway. */
  readonly programs?: readonly string[]
  readonly answer?: (request: WebRequest) => WebResponse | Promise<WebResponse>
  /** PEM of what a port shows, by `host:port`. */
  readonly served?: (address: string) => string | undefined
  readonly busyPorts?: readonly number[]
  readonly services?: Readonly<Record<string, Partial<ServiceStatus>>>
  readonly journal?: Readonly<Record<string, readonly string[]>>
  readonly now?: Date
  readonly machine?: Partial<{
    hostname: string, uid: number, home: string, cpus: number, memory: number, architecture: string, kernel: string
    environment: Record<string, string>, distribution: { name: string, version: string }, addresses: readonly NetworkAddress[], defaultAddress: string, lookup: Record<string, readonly string[]>
  }>
  readonly containerRuntime?: Partial<ContainerRuntime>
}

/** A machine in memory for tests: what it was not told about is an error. Sleeping only moves its clock. */
export interface MemoryHost extends Host {
  readonly disk: Map<string, MemoryFile>
  /** Every command that was run and every service action, in order. */
  readonly ran: string[]
}

export function memoryHost(options: MemoryHostOptions = {}): MemoryHost {
  const disk = new Map<string, MemoryFile>()
  const ran: string[] = []
  const put = (path: string, content: string, mode: number) => {
    for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
      const parent = path.slice(0, at)
      if (!disk.has(parent)) disk.set(parent, { content: '', mode: 0o755, kind: 'directory' })
    }
    disk.set(path, { content, mode, kind: 'file' })
  }
  for (const [path, content] of Object.entries(options.files ?? {})) {
    if (path.endsWith('/')) disk.set(path.slice(0, -1), { content: '', mode: 0o755, kind: 'directory' })
    else put(path, content, /\.(key|conf)$/.test(path) ? 0o600 : 0o644)
  }

  const run = async (program: string, args: readonly string[]): Promise<CommandResult> => {
    const line = [program, ...args].join(' ')
    ran.push(line)
    const result = options.commands?.[line] ?? options.commands?.[program]
    if (result === undefined) throw new Error(`The fake host was not told about: ${line}`)
    return { exitCode: 0, stdout: '', stderr: '', ...(typeof result === 'string' ? { stdout: result } : result) }
  }
  const web = async (request: WebRequest): Promise<WebResponse> => {
    if (options.answer === undefined) throw new Problem('connection-refused', `Nothing answers at ${request.url}.`, ['Start it.'])
    return await options.answer(request)
  }
  const services = new Map<string, ServiceStatus>(Object.entries(options.services ?? {}).map(([unit, status]) =>
    [unit, { exists: true, enabled: true, active: false, state: 'dead', restarts: 0, result: 'success', ...status }]))
  const service = (unit: string) => services.get(unit) ??
    { exists: false, enabled: false, active: false, state: 'dead', restarts: 0, result: 'success' }
  const act = (verb: string, active: boolean) => async (unit: string) => {
    ran.push(`${verb} ${unit}`)
    services.set(unit, { ...service(unit), active, state: active ? 'running' : 'dead' })
  }
  let ticks = 0
  const started = options.now ?? new Date('2026-01-01T00:00:00Z')
  let counter = 0
  const machine = options.machine ?? {}

  return {
    disk,
    ran,
    files: {
      read: async path => {
        const file = disk.get(path)
        const target = file?.kind === 'symlink' ? disk.get(posix.resolve(posix.dirname(path), file.content)) : file
        return target?.kind === 'file' ? target.content : undefined
      },
      list: async path => [...new Set([...disk.keys()].filter(key => key.startsWith(`${path}/`))
        .map(key => key.slice(path.length + 1).split('/')[0] as string))].toSorted(),
      status: async path => {
        const file = disk.get(path)
        return file && { kind: file.kind, mode: file.mode, size: Buffer.byteLength(file.content), owner: 0, modified: started }
      },
      resolve: async path => disk.has(path) ? path : undefined,
      write: async (path, content, { mode }) => put(path, typeof content === 'string' ? content : Buffer.from(content).toString(), mode),
      writeTogether: async files => { for (const { path, content, mode } of files) put(path, content, mode) },
      link: async (path, target) => { disk.set(path, { content: target, mode: 0o777, kind: 'symlink' }) },
      makeDirectory: async (path, mode) => { disk.set(path, { content: '', mode, kind: 'directory' }) },
      remove: async path => { for (const key of disk.keys()) if (key === path || key.startsWith(`${path}/`)) disk.delete(key) },
    },
    commands: {
      query: run,
      change: run,
      find: async program => options.programs?.includes(program) ||
        Object.keys(options.commands ?? {}).some(line => line.split(' ')[0] === program) ? `/usr/bin/${program}` : undefined,
    },
    network: { fetch: web, probe: web, servedCertificate: async (host, port) => options.served?.(`${host}:${port}`), portFree: async port => !options.busyPorts?.includes(port) },
    services: {
      status: async unit => service(unit),
      start: act('start', true),
      stop: act('stop', false),
      restart: act('restart', true),
      enable: async unit => { ran.push(`enable ${unit}`) },
      journal: async unit => options.journal?.[unit] ?? [],
    },
    clock: {
      now: () => new Date(started.getTime() + ticks),
      ticks: () => ticks,
      sleep: async milliseconds => {
        ticks += milliseconds
        // A turn of the real loop, so that a wait that never ends can still be timed out.
        await new Promise(resolve => { setImmediate(resolve) })
      },
    },
    random: {
      bytes: count => Uint8Array.from({ length: count }, () => counter++ & 0xff),
      text: (length, alphabet) => Array.from({ length }, () => alphabet[counter++ % alphabet.length]).join(''),
    },
    machine: {
      hostname: () => machine.hostname ?? 'node',
      user: () => ({ uid: machine.uid ?? 0, home: machine.home ?? '/root' }),
      cpus: () => machine.cpus ?? 2,
      memory: () => machine.memory ?? 4 * 2 ** 30,
      architecture: () => machine.architecture ?? 'amd64',
      kernel: () => machine.kernel ?? '6.1.0',
      distribution: async () => machine.distribution ?? { name: 'debian', version: '12' },
      environment: () => machine.environment ?? {},
      addresses: () => machine.addresses ??
        [{ interface: 'eth0', address: '192.0.2.10', prefix: 24, family: 4, internal: false }],
      defaultAddress: async () => machine.defaultAddress ?? '192.0.2.10',
      lookup: async name => machine.lookup?.[name] ?? [],
    },
    lock: async () => () => {},
    containerRuntime: () => ({
      status: async () => ({ runtimeName: 'containerd', runtimeVersion: 'v2.3.7', ready: true, reason: '' }),
      images: async () => [],
      pull: async () => {},
      sandboxes: async () => [],
      removeSandbox: async () => {},
      stopContainer: async () => {},
      containers: async () => [],
      container: async id => { throw new Error(`The fake host has no container ${id}`) },
      close: () => {},
      ...options.containerRuntime,
    }),
  }
}
