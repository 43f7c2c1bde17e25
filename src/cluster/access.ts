import { Problem } from '../core/problem.ts'
import type { Host } from '../host/host.ts'
import type { Connection } from './api.ts'
import { connectionOf, parseKubeconfig, type Kubeconfig } from './kubeconfig.ts'

/** A kubeconfig file, parsed. Problem `kubeconfig-missing` when there is none. */
export async function readKubeconfig(host: Host, path: string): Promise<Kubeconfig> {
  const text = await host.files.read(path)
  if (text === undefined) {
    throw new Problem('kubeconfig-missing', `There is no kubeconfig ${path}: this machine is not a control plane, or the command needs another one.`,
      ['Run the command on the master as root, or name an administrator\'s kubeconfig: --kubeconfig FILE'])
  }
  return parseKubeconfig(text, path)
}

/** How to reach and convince the API server that a kubeconfig file names. Problem `kubeconfig-missing` when there is none. */
export async function connectionFrom(host: Host, path: string): Promise<Connection> {
  return await connectionOf(await readKubeconfig(host, path), path, host.files.read)
}
