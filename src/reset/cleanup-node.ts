import { removeAdminKubeconfig } from '../cluster/admin-kubeconfig.ts'
import { paths } from '../config/paths.ts'
import { journalPath } from '../core/journal.ts'
import { messageOf, Problem } from '../core/problem.ts'
import type { Phase } from '../core/phase.ts'
import { waitFor } from '../core/wait.ts'
import type { Host } from '../host/host.ts'
import type { ResetContext } from './context.ts'
import { emptyDirectory, unmountBelow } from './mounts.ts'
import { removeNetworkRules } from './network-rules.ts'

const configurationFiles = [
  paths.adminConf, paths.superAdminConf, paths.kubeletConf, paths.bootstrapKubeletConf, paths.controllerManagerConf, paths.schedulerConf,
]

/** A part that fails does not keep the others from being done; all failures are told at the end. */
export const cleanupNode: Phase<ResetContext> = {
  name: 'cleanup-node',
  summary: 'Stop what runs here and remove what kubeadm left',
  aliases: ['cleanupnode'],
  run: async context => {
    const { configuration, host, emit } = context
    const failures: unknown[] = []
    const attempt = async (act: () => Promise<void>) => {
      try {
        await act()
      } catch (error) {
        failures.push(error)
      }
    }
    await attempt(async () => await forgetNode(context))
    const admin = await host.files.read(paths.adminConf)
    await attempt(async () => await stopKubelet(host))
    await attempt(async () => await removeSandboxes(context))
    await Promise.all([
      attempt(async () => {
        await unmountBelow(host, paths.kubelet, configuration.unmountFlags)
        await emptyDirectory(host, emit, paths.kubelet)
      }),
      attempt(async () => await removeNetworkRules(host)),
      attempt(async () => await emptyDirectory(host, emit, paths.etcdData)),
      attempt(async () => await emptyDirectory(host, emit, paths.manifests)),
      attempt(async () => await emptyDirectory(host, emit, configuration.certificatesDir)),
      attempt(async () => await emptyDirectory(host, emit, '/var/log/pods')),
      attempt(async () => { if (configuration.cleanupTmpDir) await emptyDirectory(host, emit, paths.temporary) }),
      attempt(async () => await host.files.remove('/run/kubeadm')),
      attempt(async () => { for (const path of configurationFiles) await host.files.remove(path) }),
      attempt(async () => { if (admin !== undefined) await removeAdminKubeconfig(host, admin) }),
    ])
    if (failures.length > 0) {
      throw new Problem('reset-incomplete', `Reset did what it could, but not all: ${failures.map(messageOf).join(' ')}`,
        failures.flatMap(failure => failure instanceof Problem ? failure.fix : []).concat('Then: kubeadm reset') as [string, ...string[]])
    }
    await host.files.remove(journalPath)
  },
}

async function stopKubelet(host: Host): Promise<void> {
  if ((await host.services.status('kubelet')).active) await host.services.stop('kubelet')
}

/** Only the Pods that the kubelet made: other users of the runtime keep their containers. */
async function removeSandboxes({ configuration, host, emit }: ResetContext): Promise<void> {
  const runtime = host.containerRuntime(configuration.criSocket)
  try {
    const sandboxes = await runtime.sandboxes()
    await Promise.all(sandboxes.map(async sandbox => {
      await waitFor({
        target: `Pod ${sandbox.namespace}/${sandbox.name}`, timeout: 20_000, interval: 500, clock: host.clock, emit,
        setting: 'fixed', fix: [`crictl --runtime-endpoint ${configuration.criSocket} rmp -f ${sandbox.id.slice(0, 13)}`],
      }, async () => {
        try {
          await runtime.removeSandbox(sandbox.id)
          return { done: undefined }
        } catch (error) {
          return { seen: messageOf(error) }
        }
      })
      emit({ type: 'change', change: { kind: 'container', action: 'remove', name: `${sandbox.namespace}/${sandbox.name}` }, rehearsed: false })
    }))
  } finally {
    runtime.close()
  }
}

/** Deletes the Node object where somebody else keeps the cluster: the only control plane takes the object with it anyway. */
async function forgetNode({ cluster, host, emit, nodeName }: ResetContext): Promise<void> {
  const joined = await host.files.status(paths.kubeletConf) !== undefined
  if (!joined || await host.files.status(`${paths.manifests}/etcd.yaml`) !== undefined) return
  const byHand = `The Node object may remain; on the master: kubectl delete node ${nodeName}`
  if (cluster === undefined) return emit({ type: 'note', text: byHand })
  try {
    await cluster.request(`delete node ${nodeName}`, async api => await api.core.deleteNode({ name: nodeName }))
    emit({ type: 'change', change: { kind: 'object', action: 'delete', name: `Node ${nodeName}` }, rehearsed: false })
  } catch (error) {
    emit({ type: 'note', text: `${messageOf(error)} ${byHand}` })
  }
}
