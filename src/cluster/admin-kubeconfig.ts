import { dirname, join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { paths } from '../config/paths.ts'
import { Problem } from '../core/problem.ts'
import type { Host } from '../host/host.ts'
import { currentAccess, kubeconfigToText, parseKubeconfig, type Kubeconfig, type NamedCluster } from './kubeconfig.ts'

/** What became of the user's kubeconfig. `aside` is where the old file is kept. */
export interface Installed {
  readonly path: string
  readonly aside?: string
}

/**
 * Makes kubectl of the user who runs this program talk to the cluster of admin.conf. What stands in the user's kubeconfig
 * stays; only entries of the same names are replaced, and then the file as it was is kept beside it.
 */
export async function installAdminKubeconfig(host: Host): Promise<Installed> {
  const text = await host.files.read(paths.adminConf)
  if (text === undefined) {
    throw new Problem('kubeconfig-missing', `${paths.adminConf} does not exist.`, ['kubeadm init phase kubeconfig admin'])
  }
  const admin = parseKubeconfig(text, paths.adminConf)
  const path = userKubeconfig(host)
  const present = await host.files.read(path)
  if (present === text) return { path }
  if (present === undefined || present.trim() === '') {
    await write(host, path, text)
    return { path }
  }
  const old = parsed(present, path)
  const merged = old === undefined ? admin : merge(old, admin)
  if (isDeepStrictEqual(old, merged)) return { path }
  const aside = old === undefined || replaces(old, admin) ? await keepAside(host, path, present) : undefined
  await write(host, path, kubeconfigToText(merged))
  return aside === undefined ? { path } : { path, aside }
}

/**
 * Gives the user's kubeconfig the credentials that admin.conf has now, and leaves everything else in it as it is. Its path;
 * undefined when it has nothing to do with this cluster.
 */
export async function refreshAdminKubeconfig(host: Host): Promise<string | undefined> {
  const text = await host.files.read(paths.adminConf)
  const path = userKubeconfig(host)
  const present = path === paths.adminConf ? undefined : await host.files.read(path)
  if (text === undefined || present === undefined) return undefined
  const admin = parseKubeconfig(text, paths.adminConf)
  const old = parsed(present, path)
  const { cluster, user } = currentAccess(admin, paths.adminConf)
  const ours = old?.clusters.filter(entry => authority(entry) === authority(cluster)).map(({ name }) => name) ?? []
  const users = new Set(old?.contexts.filter(({ context }) => ours.includes(context.cluster)).map(({ context }) => context.user))
  if (old === undefined || !users.has(user.name)) return undefined
  await write(host, path, kubeconfigToText({ ...old, users: old.users.map(entry => entry.name === user.name ? user : entry) }))
  return path
}

/** Takes the cluster of admin.conf out of the user's kubeconfig again: entries with that CA, and what only they use. */
export async function removeAdminKubeconfig(host: Host, adminConf: string): Promise<void> {
  const admin = parsed(adminConf, paths.adminConf)
  const path = userKubeconfig(host)
  const present = await host.files.read(path)
  const old = present === undefined ? undefined : parsed(present, path)
  const authorities = admin?.clusters.map(authority).filter(data => data !== '') ?? []
  if (old === undefined || !old.clusters.some(entry => authorities.includes(authority(entry)))) return
  const left = without(old, authorities)
  if (left.clusters.length + left.contexts.length + left.users.length === 0) await host.files.remove(path)
  else await write(host, path, kubeconfigToText(left))
}

/** The first file of $KUBECONFIG, which kubectl prefers, or ~/.kube/config. */
function userKubeconfig(host: Host): string {
  const [named] = (host.machine.environment()['KUBECONFIG'] ?? '').split(':').filter(path => path.startsWith('/'))
  return named ?? join(host.machine.user().home, '.kube', 'config')
}

function parsed(text: string, path: string): Kubeconfig | undefined {
  try {
    return parseKubeconfig(text, path)
  } catch (error) {
    if (error instanceof Problem) return undefined
    throw error
  }
}

function merge(old: Kubeconfig, ours: Kubeconfig): Kubeconfig {
  return {
    ...old,
    clusters: withEntries(old.clusters, ours.clusters),
    contexts: withEntries(old.contexts, ours.contexts),
    users: withEntries(old.users, ours.users),
    'current-context': ours['current-context'],
  }
}

function withEntries<Entry extends { readonly name: string }>(old: readonly Entry[], ours: readonly Entry[]): readonly Entry[] {
  return [...old.filter(entry => !ours.some(({ name }) => name === entry.name)), ...ours]
}

/** Whether something of another content would be lost. */
function replaces(old: Kubeconfig, ours: Kubeconfig): boolean {
  return (['clusters', 'contexts', 'users'] as const).some(list =>
    ours[list].some(entry => old[list].some(other => other.name === entry.name && !isDeepStrictEqual(other, entry))))
}

function without(old: Kubeconfig, authorities: readonly string[]): Kubeconfig {
  const gone = new Set(old.clusters.filter(entry => authorities.includes(authority(entry))).map(entry => entry.name))
  const contexts = old.contexts.filter(entry => !gone.has(entry.context.cluster))
  const dropped = old.contexts.filter(entry => gone.has(entry.context.cluster))
  const orphans = new Set(dropped.map(entry => entry.context.user).filter(user => !contexts.some(entry => entry.context.user === user)))
  return {
    ...old,
    clusters: old.clusters.filter(entry => !gone.has(entry.name)),
    contexts,
    users: old.users.filter(entry => !orphans.has(entry.name)),
    'current-context': contexts.some(entry => entry.name === old['current-context']) ? old['current-context'] : '',
  }
}

function authority(entry: NamedCluster): string {
  return entry.cluster['certificate-authority-data'] ?? ''
}

/** `config.1.bak`, `config.2.bak`, …: the first name that is free. */
async function keepAside(host: Host, path: string, text: string): Promise<string> {
  const names = await host.files.list(dirname(path))
  for (let number = 1; ; number++) {
    const aside = `${path}.${number}.bak`
    if (names.includes(aside.slice(dirname(path).length + 1))) continue
    await host.files.write(aside, text, { mode: 0o600 })
    return aside
  }
}

async function write(host: Host, path: string, text: string): Promise<void> {
  await host.files.write(path, text, { mode: 0o600, directoryMode: 0o700 })
}
