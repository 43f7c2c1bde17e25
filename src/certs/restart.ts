import { X509Certificate } from 'node:crypto'
import { joinHostPort } from '../config/ip.ts'
import type { Emit } from '../core/event.ts'
import { waitFor, type Look } from '../core/wait.ts'
import type { ContainerRuntime, PodContainer } from '../host/container-runtime.ts'
import type { Host } from '../host/host.ts'
import { holdersOf, type Holder, type Listener } from './holders.ts'

/** A certificate that was renewed, and the file it is in. */
export interface RenewedFile {
  readonly path: string
  readonly certificate: X509Certificate
}

export interface Restarts {
  /** Static Pods that took the new certificates by themselves. */
  readonly reloaded: readonly string[]
  readonly restarted: readonly string[]
}

interface Surroundings {
  readonly host: Host
  readonly emit: Emit
  /** CRI endpoint. */
  readonly criSocket: string
  /** When the renewal began: what started later has read the new files. */
  readonly since: Date
  /** Whether the kubelet has been restarted since then. */
  readonly freshKubelet: boolean
}

/** Milliseconds for a file's change to be noticed, and for a Pod to be back. */
const noticed = 5_000
const back = 240_000
const interval = 250

/** Seconds that a container has to end by itself, as the kubelet gives it. */
const grace = 30

/**
 * Makes this node's static Pods use renewed certificates, and proves it by asking their ports: a Pod is left alone when it
 * serves the new one by itself, otherwise its container is ended and the kubelet starts it again. One after the other, the
 * ones that others need first.
 */
export async function restartHolders(renewed: readonly RenewedFile[], surroundings: Surroundings): Promise<Restarts> {
  const { host, emit, criSocket, freshKubelet } = surroundings
  const holders = await holdersOf(host.files, renewed.map(({ path }) => path))
  if (holders.length === 0) return { reloaded: [], restarted: [] }
  const runtime = host.containerRuntime(criSocket)
  try {
    const running = await runningContainers(runtime)
    // The kubelet waits longer and longer before it starts again what has failed; begun anew it does so at once.
    if (!freshKubelet && holders.some(({ name }) => !running.has(name))) await host.services.restart('kubelet')
    const done: { readonly name: string, readonly restarted: boolean }[] = []
    for (const holder of holders.toSorted((one, other) => order(one) - order(other))) {
      emit({ type: 'phase', phase: 'restart', status: 'start' })
      done.push({ name: holder.name, restarted: await renewHolder(holder, running.get(holder.name), runtime, renewed, surroundings) })
    }
    return { reloaded: done.filter(({ restarted }) => !restarted).map(({ name }) => name), restarted: done.filter(({ restarted }) => restarted).map(({ name }) => name) }
  } finally {
    runtime.close()
  }
}

const order = ({ name }: Holder) => name === 'etcd' ? 0 : name === 'kube-apiserver' ? 1 : 2

/** Whether it had to be restarted. */
async function renewHolder(
  holder: Holder, container: PodContainer | undefined, runtime: ContainerRuntime, renewed: readonly RenewedFile[], { host, emit, since, criSocket }: Surroundings,
): Promise<boolean> {
  const wait = { target: holder.name, interval, clock: host.clock, emit, setting: 'fixed', fix: fixes(holder, criSocket) } as const
  const serves = async () => await Promise.all(holder.listeners.map(async listener => await lacking(listener, renewed, host)))
  if (container !== undefined && holder.reloads && await served(host, serves)) return false
  if (container !== undefined && !holder.reloads) {
    const { startedAt } = await runtime.container(container.id)
    if (startedAt !== undefined && startedAt > since) return false
  }
  if (container !== undefined) await runtime.stopContainer(container.id, grace)
  await waitFor({ ...wait, timeout: back }, async (): Promise<Look<void>> => {
    const again = (await runningContainers(runtime)).get(holder.name)
    if (again === undefined || again.id === container?.id) return { seen: 'the kubelet has not started it again yet' }
    const missing = [...await serves(), ...await Promise.all(holder.listeners.map(async listener => await unready(listener, host)))].find(text => text !== undefined)
    return missing === undefined ? { done: undefined } : { seen: missing }
  })
  return true
}

/** Whether all ports serve the new certificates within the time that noticing a changed file takes. */
async function served(host: Host, serves: () => Promise<readonly (string | undefined)[]>): Promise<boolean> {
  const start = host.clock.ticks()
  for (;;) {
    if ((await serves()).every(text => text === undefined)) return true
    if (host.clock.ticks() - start >= noticed) return false
    await host.clock.sleep(interval)
  }
}

/** What is wrong with what a port serves; undefined when it is right. */
async function lacking({ host: address, port, file }: Listener, renewed: readonly RenewedFile[], host: Host): Promise<string | undefined> {
  const pem = await host.network.servedCertificate(address, port)
  if (pem === undefined) return `nothing serves TLS at ${joinHostPort(address, port)} yet`
  const wanted = renewed.find(({ path }) => path === file)
  return wanted === undefined || new X509Certificate(pem).fingerprint256 === wanted.certificate.fingerprint256
    ? undefined : `${joinHostPort(address, port)} still serves the old certificate`
}

/** Unauthorized is an answer, too: an API server may refuse strangers everything. */
async function unready({ host: address, port, health }: Listener, host: Host): Promise<string | undefined> {
  if (health === undefined) return undefined
  const url = `https://${joinHostPort(address, port)}${health}`
  try {
    const { status } = await host.network.probe({ url, insecure: true, timeout: 5_000 })
    return [200, 401, 403].includes(status) ? undefined : `${url} answers ${status}`
  } catch {
    return `${url} does not answer yet`
  }
}

async function runningContainers(runtime: ContainerRuntime): Promise<ReadonlyMap<string, PodContainer>> {
  const all = (await runtime.containers()).filter(({ podNamespace, state }) => podNamespace === 'kube-system' && state === 'running')
  return new Map(all.toSorted((one, other) => one.createdAt.getTime() - other.createdAt.getTime()).map(container => [container.name, container]))
}

function fixes({ name }: Holder, criSocket: string): readonly [string, ...string[]] {
  return [`See what it says: crictl --runtime-endpoint ${criSocket} ps -a --name ${name}`, 'See whether the kubelet runs: journalctl -u kubelet -n 50']
}
