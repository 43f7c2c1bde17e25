import { Problem } from '../core/problem.ts'
import type { CommandOptions, Host } from '../host/host.ts'

/** Marks everything of ours in docker: on nodes and networks its value is the cluster's name, on images their kind. */
export const label = 'kubeadm.local-cluster'

/** Runs docker for its standard output. Any failure that the caller does not handle itself is a Problem in docker's words. */
export async function docker(host: Host, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const result = await host.commands.change('docker', args, { timeout: 600_000, ...options })
  if (result.exitCode !== 0) throw dockerProblem(args, result.stderr)
  return result.stdout
}

/** Like `docker`, for what only looks. */
export async function dockerQuery(host: Host, args: readonly string[]): Promise<string> {
  const result = await host.commands.query('docker', args)
  if (result.exitCode !== 0) throw dockerProblem(args, result.stderr)
  return result.stdout
}

/** A failure of docker in its own words. */
export function dockerProblem(args: readonly string[], stderr: string): Problem {
  const words = stderr.trim().split('\n').filter(line => !line.includes('docker run --help')).join(' ')
  return new Problem('docker-failed', `docker ${args[0]} failed: ${words}`,
    ['kubeadm local-cluster down   # then kubeadm local-cluster up', 'docker info', 'df -h /var/lib/docker'])
}
