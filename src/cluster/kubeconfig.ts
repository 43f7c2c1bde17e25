import { dirname, resolve } from 'node:path'
import { load } from 'js-yaml'
import { toYaml } from '../config/yaml.ts'
import { messageOf, Problem } from '../core/problem.ts'
import { isRecord } from '../core/record.ts'
import type { Connection } from './api.ts'

/** A kubeconfig file with its own names. Fields that kubeadm has no use for are kept as they are. */
export interface Kubeconfig {
  readonly clusters: readonly NamedCluster[]
  readonly contexts: readonly NamedContext[]
  readonly users: readonly NamedUser[]
  readonly 'current-context': string
  readonly [other: string]: unknown
}

export interface NamedCluster {
  readonly name: string
  readonly cluster: {
    readonly server?: string
    readonly 'certificate-authority-data'?: string
    readonly 'certificate-authority'?: string
    readonly [other: string]: unknown
  }
}

export interface NamedContext {
  readonly name: string
  readonly context: { readonly cluster: string, readonly user: string, readonly [other: string]: unknown }
}

export interface NamedUser {
  readonly name: string
  readonly user: {
    readonly 'client-certificate-data'?: string
    readonly 'client-certificate'?: string
    readonly 'client-key-data'?: string
    readonly 'client-key'?: string
    readonly token?: string
    readonly tokenFile?: string
    readonly [other: string]: unknown
  }
}

/** One cluster, one user, one context. */
export interface Access {
  readonly clusterName: string
  /** https URL. */
  readonly server: string
  /** PEM. */
  readonly ca: string
  readonly user: string
  readonly credential: { readonly cert: string, readonly key: string } | { readonly token: string }
}

/** A kubeconfig whose context `user@cluster` is the current one, everything embedded. */
export function kubeconfigFor({ clusterName, server, ca, user, credential }: Access): Kubeconfig {
  const context = `${user}@${clusterName}`
  return {
    apiVersion: 'v1',
    clusters: [{ name: clusterName, cluster: { 'certificate-authority-data': base64(ca), server } }],
    contexts: [{ name: context, context: { cluster: clusterName, user } }],
    'current-context': context,
    kind: 'Config',
    users: [{
      name: user,
      user: 'token' in credential
        ? { token: credential.token }
        : { 'client-certificate-data': base64(credential.cert), 'client-key-data': base64(credential.key) },
    }],
  }
}

export function kubeconfigToText(kubeconfig: Kubeconfig): string {
  return toYaml(kubeconfig)
}

/** Reads a kubeconfig; absent lists are empty ones, as in cluster-info. Problem `kubeconfig-malformed`, which never quotes the file: it may hold keys. */
export function parseKubeconfig(text: string, path: string): Kubeconfig {
  if (text.trim() === '') throw malformed(path, 'it is empty')
  let document: unknown
  try {
    document = load(text)
  } catch (error) {
    throw malformed(path, `it is not YAML (${messageOf(error).split('\n')[0]})`)
  }
  if (!isRecord(document)) throw malformed(path, 'it is not a mapping')
  if (document['kind'] !== undefined && document['kind'] !== 'Config') throw malformed(path, `its kind is ${JSON.stringify(document['kind'])}, not Config`)
  return {
    ...document,
    clusters: entries(document, path, 'clusters', 'cluster', []) as readonly NamedCluster[],
    contexts: entries(document, path, 'contexts', 'context', ['cluster', 'user']) as readonly NamedContext[],
    users: entries(document, path, 'users', 'user', []) as readonly NamedUser[],
    'current-context': typeof document['current-context'] === 'string' ? document['current-context'] : '',
  }
}

/** The context in use with its cluster and user. Problem `kubeconfig-malformed` when one of them is missing. */
export function currentAccess(kubeconfig: Kubeconfig, path: string): { readonly context: NamedContext, readonly cluster: NamedCluster, readonly user: NamedUser } {
  const name = kubeconfig['current-context']
  const context = kubeconfig.contexts.find(entry => entry.name === name)
  if (context === undefined) throw malformed(path, name === '' ? 'it has no current-context' : `it has no context ${JSON.stringify(name)}, which is its current one`)
  const cluster = kubeconfig.clusters.find(entry => entry.name === context.context.cluster)
  if (cluster === undefined) throw malformed(path, `it has no cluster ${JSON.stringify(context.context.cluster)}, which its context ${name} names`)
  const user = kubeconfig.users.find(entry => entry.name === context.context.user)
  if (user === undefined) throw malformed(path, `it has no user ${JSON.stringify(context.context.user)}, which its context ${name} names`)
  return { context, cluster, user }
}

/** What is needed to talk to the current context's server. Files that are named instead of embedded are read through `read`, relative to the kubeconfig. */
export async function connectionOf(
  kubeconfig: Kubeconfig, path: string, read: (path: string) => Promise<string | undefined>,
): Promise<Connection> {
  const { cluster: { cluster }, user: { name, user } } = currentAccess(kubeconfig, path)
  const material = async (data: unknown, file: unknown): Promise<string | undefined> => {
    if (typeof data === 'string' && data !== '') return Buffer.from(data, 'base64').toString('utf8')
    if (typeof file !== 'string' || file === '') return undefined
    const text = await read(resolve(dirname(path), file))
    if (text === undefined) throw malformed(path, `it names the file ${file}, which does not exist`)
    return text
  }
  const [ca, cert, key, token] = await Promise.all([
    material(cluster['certificate-authority-data'], cluster['certificate-authority']),
    material(user['client-certificate-data'], user['client-certificate']),
    material(user['client-key-data'], user['client-key']),
    typeof user.token === 'string' && user.token !== '' ? user.token : material(undefined, user.tokenFile),
  ])
  if (cluster.server === undefined || !cluster.server.startsWith('https://')) throw malformed(path, 'its cluster has no https server')
  if (ca === undefined) throw malformed(path, 'its cluster has no certificate authority')
  const access = { server: cluster.server, ca }
  if (cert !== undefined && key !== undefined) return { ...access, cert, key }
  if (token !== undefined) return { ...access, token: token.trim() }
  throw new Problem('kubeconfig-unusable', `The user ${name} of ${path} has neither a client certificate with its key nor a token.`,
    [`Give ${name} one of them in ${path}.`, 'Or name another kubeconfig: --kubeconfig FILE'])
}

function entries(document: Readonly<Record<string, unknown>>, path: string, list: string, part: string, needed: readonly string[]): readonly unknown[] {
  const value = document[list] ?? []
  if (!Array.isArray(value)) throw malformed(path, `${list} is not a list`)
  for (const [index, entry] of value.entries()) {
    const content: unknown = isRecord(entry) ? entry[part] : undefined
    if (!isRecord(entry) || typeof entry['name'] !== 'string' || !isRecord(content)) {
      throw malformed(path, `${list}[${index}] is not a name with a ${part}`)
    }
    const lacking = needed.find(field => typeof content[field] !== 'string')
    if (lacking !== undefined) throw malformed(path, `${list}[${index}].${part}.${lacking} is not text`)
    const wrong = textFields.find(field => content[field] !== undefined && content[field] !== null && typeof content[field] !== 'string')
    if (wrong !== undefined) throw malformed(path, `${list}[${index}].${part}.${wrong} is not text`)
  }
  return value
}

const textFields = [
  'server', 'certificate-authority-data', 'certificate-authority', 'client-certificate-data', 'client-certificate', 'client-key-data', 'client-key', 'token', 'tokenFile',
] as const

function malformed(path: string, reason: string): Problem {
  return new Problem('kubeconfig-malformed', `${path} is not a usable kubeconfig: ${reason}.`,
    [`Correct it, restore it from a backup, or move it away: mv ${path} ${path}.old`])
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}
