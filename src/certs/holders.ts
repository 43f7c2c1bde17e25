import { load } from 'js-yaml'
import { paths } from '../config/paths.ts'
import { splitHostPort } from '../config/ip.ts'
import { Problem } from '../core/problem.ts'
import type { Files } from '../host/host.ts'

/** A port that a static Pod serves TLS at. */
export interface Listener {
  readonly host: string
  readonly port: number
  /** The certificate it serves; absent: one that it made for itself when it started. */
  readonly file?: string
  /** Where it says over HTTPS that it is ready. */
  readonly health?: string
}

/** A static Pod of this node whose command names some of the files in question. */
export interface Holder {
  /** Of the Pod and of its container. */
  readonly name: string
  /** Those files. */
  readonly files: readonly string[]
  /** Whether it notices by itself when a certificate's file changes. */
  readonly reloads: boolean
  readonly listeners: readonly Listener[]
}

type Flag = (name: string) => string | undefined

/** The API server and etcd read their certificates anew at a handshake or when the file changes; a kubeconfig is read once, at the start. */
const reloading: readonly string[] = ['kube-apiserver', 'etcd']

const listenersOf: Readonly<Record<string, (flag: Flag) => readonly (Listener | undefined)[]>> = {
  'kube-apiserver': flag => [secure(flag, 'advertise-address', 6443, '/readyz')],
  'etcd': flag => [served(flag('listen-client-urls'), flag('cert-file')), served(flag('listen-peer-urls'), flag('peer-cert-file'))],
  'kube-controller-manager': flag => [secure(flag, 'bind-address', 10257, '/healthz')],
  'kube-scheduler': flag => [secure(flag, 'bind-address', 10259, '/healthz')],
}

/** The static Pods of this node that use some of the files. */
export async function holdersOf(files: Files, changed: readonly string[]): Promise<readonly Holder[]> {
  const names = (await files.list(paths.manifests)).filter(name => /^[^.].*\.(ya?ml|json)$/.test(name))
  const pods = await Promise.all(names.map(async name => podOf(await files.read(`${paths.manifests}/${name}`) ?? '', `${paths.manifests}/${name}`)))
  return pods.flatMap(({ name, words }) => {
    const flag: Flag = wanted => words.findLast(word => word.startsWith(`--${wanted}=`))?.slice(wanted.length + 3)
    const used = changed.filter(file => words.some(word => word.split('=', 2)[1] === file))
    if (used.length === 0) return []
    return [{ name, files: used, reloads: reloading.includes(name), listeners: listenersOf[name]?.(flag).filter(listener => listener !== undefined) ?? [] }]
  })
}

function secure(flag: Flag, address: string, port: number, health: string): Listener {
  const host = flag(address) ?? '127.0.0.1'
  const file = flag('tls-cert-file')
  return {
    host: host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host,
    port: Number(flag('secure-port') ?? port),
    health,
    ...file !== undefined && { file },
  }
}

function served(urls: string | undefined, file: string | undefined): Listener | undefined {
  const [url = ''] = urls?.split(',') ?? []
  const endpoint = url.startsWith('https://') ? splitHostPort(url.slice('https://'.length)) : undefined
  return endpoint?.port === undefined || file === undefined ? undefined : { host: endpoint.host, port: endpoint.port, file }
}

function podOf(text: string, path: string): { readonly name: string, readonly words: readonly string[] } {
  let pod: unknown
  try {
    pod = load(text)
  } catch (error) {
    throw new Problem('manifest-malformed', `${path} is not YAML.`, [`Correct it, or move it away: mv ${path} /root/`], { cause: error })
  }
  const { metadata, spec } = (pod ?? {}) as { metadata?: { name?: unknown }, spec?: { containers?: readonly { command?: unknown, args?: unknown }[] } }
  const [container] = spec?.containers ?? []
  const words = [container?.command, container?.args].flatMap(list => Array.isArray(list) ? list.map(String) : [])
  return { name: String(metadata?.name ?? ''), words }
}
