import type { Host } from '../host/host.ts'
import { masterName } from './context.ts'

export interface NodeObject {
  readonly metadata: { readonly name: string }
  readonly spec?: { readonly podCIDR?: string }
  readonly status?: {
    readonly addresses?: readonly { readonly type: string, readonly address: string }[]
    readonly conditions?: readonly { readonly type: string, readonly status: string, readonly reason?: string, readonly message?: string }[]
    readonly nodeInfo?: { readonly kubeletVersion: string }
  }
}

/** What kubectl shows in the cluster's master, as JSON; undefined when the API server does not answer it. It only looks. */
export async function kubectl<Result>(cluster: string, args: readonly string[], host: Host): Promise<Result | undefined> {
  const result = await host.commands.query('docker',
    ['exec', masterName(cluster), 'kubectl', '--kubeconfig=/etc/kubernetes/admin.conf', ...args, '--output=json'])
  return result.exitCode === 0 ? JSON.parse(result.stdout) as Result : undefined
}
