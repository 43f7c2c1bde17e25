import type { ContainerRuntime } from './container-runtime.ts'

/**
 * The machine. Three of them: the real one, a rehearsal (memory over the real one) and a fake for tests. What the author
 * of a phase must get right is the verb: `query` looks and `change` changes; `fetch` asks the world and `probe` asks
 * something that we have just started (a rehearsal answers a probe itself).
 */
export interface Host {
  readonly files: Files
  readonly commands: Commands
  readonly network: Network
  readonly services: Services
  readonly clock: Clock
  readonly random: Random
  readonly machine: Machine
  /** The container runtime behind a CRI endpoint, `unix:///run/…`. */
  containerRuntime(endpoint: string): ContainerRuntime
  /**
   * Holds a lock on a file until it is released or this process ends, however it ends. `holder` is what a second
   * process is told; Problem `already-running` when another one holds it.
   */
  lock(path: string, holder: string): Promise<() => void>
}

export interface FileStatus {
  readonly kind: 'file' | 'directory' | 'symlink' | 'other'
  /** Permission bits only. */
  readonly mode: number
  readonly size: number
  readonly owner: number
  readonly modified: Date
}

export interface WriteOptions {
  /** Permission bits of the file, whatever the umask. */
  readonly mode: number
  /** Permission bits of directories that have to be made; 0755 unless given. */
  readonly directoryMode?: number
}

/** Paths are absolute. A missing file is `undefined`, never an exception; other failures are Problems that name the path. */
export interface Files {
  /** Whole content as UTF-8. */
  read(path: string): Promise<string | undefined>
  /** The names in a directory, sorted; empty when it does not exist. */
  list(path: string): Promise<readonly string[]>
  /** Does not follow a symlink at the last component. */
  status(path: string): Promise<FileStatus | undefined>
  resolve(path: string): Promise<string | undefined>
  /** Replaces the file whole: temporary name, fsync, rename, fsync of the directory. Never writes through a symlink. */
  write(path: string, content: string | Uint8Array, options: WriteOptions): Promise<void>
  /** Like `write` for files that belong together: all lie on the disk under temporary names before the first one is renamed. */
  writeTogether(files: readonly { readonly path: string, readonly content: string, readonly mode: number }[]): Promise<void>
  /** Makes a symlink, or points the one that is there elsewhere; never without one in between. */
  link(path: string, target: string): Promise<void>
  makeDirectory(path: string, mode: number): Promise<void>
  /** Removes a file, or a directory with everything below it. Missing is fine. Never follows symlinks. */
  remove(path: string): Promise<void>
}

export interface CommandOptions {
  readonly input?: string
  readonly env?: Readonly<Record<string, string>>
  /** Milliseconds; 60 000 unless given. */
  readonly timeout?: number
}

export interface CommandResult {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

/** Programs, without a shell, with a fixed PATH and LC_ALL=C. A non-zero exit is a result, not an exception; a program that is not there is exit code 127. */
export interface Commands {
  query(program: string, args: readonly string[], options?: CommandOptions): Promise<CommandResult>
  change(program: string, args: readonly string[], options?: CommandOptions): Promise<CommandResult>
  /** The absolute path of a program in PATH. */
  find(program: string): Promise<string | undefined>
}

export interface WebRequest {
  readonly url: string
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** PEM bundle that alone is trusted. Absent: the system's. */
  readonly ca?: string
  /** PEM client certificate and key. */
  readonly cert?: string
  readonly key?: string
  /** True: the server's certificate is not checked (a first look that trusts nothing of the answer). */
  readonly insecure?: boolean
  /** Milliseconds for the whole exchange; 10 000 unless given. */
  readonly timeout?: number
}

export interface WebResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  /** At most 1 MiB; more is a Problem. Redirects are not followed. */
  readonly body: string
}

/** Failures to connect are Problems with a code: `connection-refused`, `host-unreachable`, `name-unresolved`, `timed-out`, `certificate-untrusted`, `not-tls`, `answer-too-large`, `connection-failed`. */
export interface Network {
  fetch(request: WebRequest): Promise<WebResponse>
  probe(request: WebRequest): Promise<WebResponse>
  /** PEM of the certificate that a TLS server shows, whoever signed it; undefined when none answers. */
  servedCertificate(host: string, port: number): Promise<string | undefined>
  /** Whether a TCP port can be listened on, on all addresses. */
  portFree(port: number): Promise<boolean>
}

export interface Services {
  /** `state` is systemd's SubState (`running`, `auto-restart`, `dead`), `restarts` how often it was restarted by itself. */
  status(unit: string): Promise<{ readonly exists: boolean, readonly enabled: boolean, readonly active: boolean, readonly state: string, readonly restarts: number, readonly result: string }>
  start(unit: string): Promise<void>
  stop(unit: string): Promise<void>
  restart(unit: string): Promise<void>
  enable(unit: string): Promise<void>
  /** The last lines of a unit's journal, oldest first, without the prefix. */
  journal(unit: string, lines: number): Promise<readonly string[]>
}

export interface Clock {
  now(): Date
  /** Monotonic milliseconds. */
  ticks(): number
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>
}

export interface Random {
  bytes(count: number): Uint8Array
  /** `length` characters, each drawn evenly from `alphabet`. */
  text(length: number, alphabet: string): string
}

export interface NetworkAddress {
  readonly interface: string
  readonly address: string
  readonly prefix: number
  readonly family: 4 | 6
  readonly internal: boolean
}

/** What the machine says about itself. */
export interface Machine {
  /** Lower-cased host name. */
  hostname(): string
  user(): { readonly uid: number, readonly home: string }
  cpus(): number
  /** Bytes of RAM. */
  memory(): number
  /** Go's name of it, such as `amd64` or `arm64`. */
  architecture(): string
  kernel(): string
  /** Such as `debian`, `12`, from os-release(5). */
  distribution(): Promise<{ readonly name: string, readonly version: string }>
  environment(): Readonly<Record<string, string | undefined>>
  addresses(): readonly NetworkAddress[]
  /** The source address of the default route, IPv4 before IPv6. */
  defaultAddress(): Promise<string | undefined>
  lookup(name: string): Promise<readonly string[]>
}
