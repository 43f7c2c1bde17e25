import { Problem } from '../core/problem.ts'
import type { Host } from '../host/host.ts'
import type { Connection } from './api.ts'
import { connectionOf, parseKubeconfig } from './kubeconfig.ts'

/** How to reach and convince the API server that a kubeconfig file names. Problem `kubeconfig-missing` when there is none. */
export async function connectionFrom(host: Host, path: string): Promise<Connection> {
  const text = await host.files.read(path)
  if (text === undefined) {
    throw new Problem('kubeconfig-missing', `There is no kubeconfig ${path}: this machine is not a control plane, or the command needs another one.`,
      ['Run the command on the master as root, or name an administrator\'s kubeconfig: --kubeconfig FILE'])
  }
  return await connectionOf(parseKubeconfig(text, path), path, host.files.read)
}
