import { join } from 'node:path'
import { newestVersion } from '../../src/config/versions.ts'
import type { Emit } from '../../src/core/event.ts'
import type { CommandOptions, CommandResult, Host } from '../../src/host/host.ts'
import { localHost } from '../../src/host/local.ts'
import { importImage, type ComponentImage } from '../../src/local-cluster/component-images.ts'
import { docker } from '../../src/local-cluster/docker.ts'
import { ensureEngine } from '../../src/local-cluster/engine.ts'
import { ensureImage, imageName } from '../../src/local-cluster/image.ts'
import { removeNodes, runInNode, startNodes } from '../../src/local-cluster/nodes.ts'
import type { Programs } from '../../src/local-cluster/programs/source.ts'

/** A machine to try things on: systemd, containerd, the kubelet and the images of a cluster, but no cluster. */
export interface TestNode {
  readonly name: string
  /** IPv4 in the network of its set. */
  readonly address: string
  /** Runs a command; a shell line when it is one text. A non-zero exit is a result. */
  run(command: string | readonly string[], options?: CommandOptions): Promise<CommandResult>
  /** Like `run`, for its standard output; throws when it fails. */
  output(command: string | readonly string[], options?: CommandOptions): Promise<string>
  copyIn(from: string, to: string): Promise<void>
  copyOut(from: string, to: string): Promise<void>
  write(path: string, content: string): Promise<void>
  /** Gives its containerd an image made of programs on this machine. */
  importImage(image: ComponentImage): Promise<void>
  kill(): Promise<void>
  start(): Promise<void>
}

export interface TestNodes {
  readonly nodes: readonly TestNode[]
  readonly host: Host
  readonly programs: Programs
  remove(): Promise<void>
}

interface TestNodeOptions {
  /** Names of the nodes begin with it, and only one set of a prefix is there at a time: what is left of another is removed. */
  readonly prefix: string
  readonly count: number
  readonly kubernetesVersion?: string
  /** The program that becomes the nodes' /usr/bin/kubeadm. */
  readonly kubeadm?: string
  readonly emit?: Emit
}

/** Starts bare nodes `<prefix>-1`, …, side by side. */
export async function testNodes({ prefix, count, kubernetesVersion = newestVersion, kubeadm, emit = () => {} }: TestNodeOptions): Promise<TestNodes> {
  const host = localHost(emit, process.env)
  await ensureEngine(host, emit)
  await removeNodes(prefix, host)
  const programs = await ensureImage({ kubernetesVersion, kubeadm: kubeadm ?? join(import.meta.dirname, '../../build/kubeadm') }, host, emit)
  const names = Array.from({ length: count }, (_, index) => `${prefix}-${index + 1}`)
  const started = await startNodes({ cluster: prefix, image: imageName(kubernetesVersion), names, ...(kubeadm === undefined ? {} : { kubeadm }) }, host, emit)
  return {
    host,
    programs,
    nodes: started.map(({ name, address }) => testNode(name, address, host)),
    remove: async () => { await removeNodes(prefix, host) },
  }
}

/** A node that runs already, such as one of a local cluster. */
export function testNode(name: string, address: string, host: Host): TestNode {
  const run = async (command: string | readonly string[], options?: CommandOptions) =>
    await runInNode(name, typeof command === 'string' ? ['sh', '-euc', command] : command, host, { timeout: 300_000, ...options })
  const output = async (command: string | readonly string[], options?: CommandOptions) => {
    const result = await run(command, options)
    if (result.exitCode === 0) return result.stdout
    throw new Error(`${name}: ${String(command)} ended with ${result.exitCode}: ${result.stderr || result.stdout}`)
  }
  return {
    name,
    address,
    run,
    output,
    copyIn: async (from, to) => { await docker(host, ['cp', '--follow-link', from, `${name}:${to}`]) },
    copyOut: async (from, to) => { await docker(host, ['cp', '--follow-link', `${name}:${from}`, to]) },
    write: async (path, content) => { await output(['sh', '-euc', 'cat >"$1"', 'write', path], { input: content }) },
    importImage: async image => await importImage(name, image, host.machine.architecture(), '/var/tmp/image', host),
    kill: async () => { await docker(host, ['kill', name]) },
    start: async () => { await docker(host, ['start', name]) },
  }
}

/** Kubernetes' own test workload, for `importImage`. */
export function agnhostImage(programs: Programs): ComponentImage {
  if (programs.agnhost === undefined) throw new Error('Where these programs come from there is no agnhost')
  return { names: [agnhost], programs: { agnhost: programs.agnhost }, entrypoint: ['/usr/local/bin/agnhost'] }
}

export const agnhost = 'registry.k8s.io/e2e-test-images/agnhost:2.53'
