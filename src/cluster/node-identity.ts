import { parseCertificates } from '../certs/store.ts'
import { paths } from '../config/paths.ts'
import { Problem } from '../core/problem.ts'
import type { Host } from '../host/host.ts'
import { connectionOf, parseKubeconfig } from './kubeconfig.ts'

/** What this machine's kubelet is called, and where. */
export interface NodeIdentity {
  /** Name of the Node. */
  readonly node: string
  /** URL of the API server. */
  readonly server: string
  /** PEM of what it trusts. */
  readonly ca: string
}

/** By the kubelet's kubeconfig and the certificate that it names; undefined when there are none, or none that can be read. */
export async function nodeIdentity({ files }: Pick<Host, 'files'>): Promise<NodeIdentity | undefined> {
  try {
    const text = await files.read(paths.kubeletConf)
    if (text === undefined) return undefined
    const { server, ca, cert } = await connectionOf(parseKubeconfig(text, paths.kubeletConf), paths.kubeletConf, files.read)
    if (cert === undefined) return undefined
    const [certificate] = parseCertificates(cert, paths.kubeletConf)
    const node = /^CN=system:node:(.+)$/m.exec(certificate.subject)?.[1]
    return node === undefined ? undefined : { node, server, ca }
  } catch (error) {
    if (error instanceof Problem) return undefined
    throw error
  }
}
