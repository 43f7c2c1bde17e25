import { paths } from '../config/paths.ts'
import type { Host } from '../host/host.ts'

/** The etcd that kubeadm runs on a machine, as its manifest describes it. */
interface LocalEtcd {
  readonly dataDir: string
  /** How many members --initial-cluster names. */
  readonly members: number
}

/** Undefined: there is none here. A manifest that says nothing stands for the default. */
export async function localEtcd({ files }: Pick<Host, 'files'>): Promise<LocalEtcd | undefined> {
  const manifest = await files.read(`${paths.manifests}/etcd.yaml`)
  if (manifest === undefined) return undefined
  const flag = (name: string) => new RegExp(`--${name}=([^\\s"']+)`).exec(manifest)?.[1]
  const dataDir = flag('data-dir')
  return {
    dataDir: dataDir?.startsWith('/') === true ? dataDir : paths.etcdData,
    members: (flag('initial-cluster') ?? '').split(',').filter(member => member !== '').length,
  }
}
