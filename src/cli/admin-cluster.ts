import { connectionFrom } from '../cluster/access.ts'
import type { Connection } from '../cluster/api.ts'
import { apiServer } from '../cluster/api-server.ts'
import type { Cluster } from '../cluster/cluster.ts'
import type { Session } from './command.ts'

/** Milliseconds that a command on a running cluster waits for it. */
const patience = 10_000

/** The cluster that --kubeconfig names. Problem `kubeconfig-missing` when there is no such file. */
export async function adminCluster({ values, terminal, host, emit }: Session): Promise<{ cluster: Cluster, connection: Connection, kubeconfig: string }> {
  const kubeconfig = terminal.absolute(String(values['kubeconfig']))
  const connection = await connectionFrom(host, kubeconfig)
  return { cluster: apiServer({ kubeconfig, connection: async () => connection, host, emit, timeout: patience }), connection, kubeconfig }
}
