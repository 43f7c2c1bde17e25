import type { Host } from '../host/host.ts'
import type { Check } from './check.ts'

/** TCP ports that are fixed: everyone in the cluster expects them there. */
export const ports = { kubelet: 10250, controllerManager: 10257, scheduler: 10259, etcdClient: 2379, etcdPeer: 2380 } as const

const ours = new Set(['kubelet', 'kube-apiserver', 'kube-controller', 'kube-scheduler', 'etcd'])

/** `user` is the component that will listen there. */
export function portFree(port: number, user: string, remedy?: string): Check {
  return {
    name: `Port-${port}`,
    run: async ({ host }) => {
      if (await host.network.portFree(port)) return []
      const owner = await portOwner(host, port)
      const remains = owner !== undefined && ours.has(owner.name)
      return [{
        level: 'error',
        message: `Port ${port}, which the ${user} needs, is taken${owner === undefined ? '' : ` by ${owner.name} (process ${owner.pid})`}.`,
        fix: [
          remains ? 'Take back what an earlier cluster left running: kubeadm reset'
            : owner === undefined ? `Find out who listens there and stop it: ss -ltnp 'sport = :${port}'` : `Stop it: kill ${owner.pid}`,
          ...remedy === undefined ? [] : [remedy],
        ],
      }]
    },
  }
}

/** The process that listens on a TCP port, as ss(8) shows it: `users:(("nginx",pid=123,fd=6))`. Names are cut at 15 characters. */
async function portOwner(host: Host, port: number): Promise<{ readonly name: string, readonly pid: string } | undefined> {
  const { exitCode, stdout } = await host.commands.query('ss', ['-H', '-l', '-t', '-n', '-p', 'sport', '=', `:${port}`])
  const [, name, pid] = (exitCode === 0 ? /users:\(\("([^"]+)",pid=(\d+)/.exec(stdout) : undefined) ?? []
  return name === undefined || pid === undefined ? undefined : { name, pid }
}
