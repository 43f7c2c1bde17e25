import { posix } from 'node:path'
import { certificates } from '../certs/table.ts'
import { removeAdminKubeconfig } from '../cluster/admin-kubeconfig.ts'
import { paths } from '../config/paths.ts'
import { allDone } from '../core/all-done.ts'
import type { Emit } from '../core/event.ts'
import { journalPath } from '../core/journal.ts'
import { messageOf, Problem } from '../core/problem.ts'
import type { Phase } from '../core/phase.ts'
import { waitFor } from '../core/wait.ts'
import { runtimeOf } from '../host/cri-sockets.ts'
import type { Host } from '../host/host.ts'
import type { ResetContext } from './context.ts'
import { localEtcd } from './local-etcd.ts'
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
    const stopped = attempt(async () => await stopKubelet(host))
    await attempt(async () => await removeSandboxes(context, stopped))
    await stopped
    await attempt(async () => await forgetAdministrator(host))
    await Promise.all([
      attempt(async () => {
        await unmountBelow(host, paths.kubelet, configuration.unmountFlags)
        await emptyDirectory(host, emit, paths.kubelet)
      }),
      attempt(async () => await removeNetworkRules(host)),
      attempt(async () => {
        await removeEtcdData(host, emit)
        // After the data: the manifest is what tells that they are ours, to a reset that has to be run twice, too.
        await emptyDirectory(host, emit, paths.manifests)
      }),
      attempt(async () => await removeCertificates(host, emit, configuration.certificatesDir)),
      attempt(async () => await emptyDirectory(host, emit, '/var/log/pods')),
      attempt(async () => await emptyDirectory(host, emit, '/var/log/containers')),
      attempt(async () => { if (configuration.cleanupTmpDir) await emptyDirectory(host, emit, paths.temporary) }),
      attempt(async () => await host.files.remove(paths.run)),
      ...configurationFiles.map(async path => await attempt(async () => await host.files.remove(path))),
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

/** Takes the cluster out of root's own kubeconfig; an admin.conf that is no file says nothing about it. */
async function forgetAdministrator(host: Host): Promise<void> {
  if ((await host.files.status(paths.adminConf))?.kind !== 'file') return
  const admin = await host.files.read(paths.adminConf)
  if (admin !== undefined) await removeAdminKubeconfig(host, admin)
}

/** Only that of an etcd which kubeadm runs here: another one may keep its data in the same place. */
async function removeEtcdData(host: Host, emit: Emit): Promise<void> {
  const etcd = await localEtcd(host)
  if (etcd !== undefined) await emptyDirectory(host, emit, etcd.dataDir)
}

/** The directory of our own is emptied; in one that was chosen there may be others' files, so only those that kubeadm makes go. */
async function removeCertificates(host: Host, emit: Emit, directory: string): Promise<void> {
  if (posix.resolve(directory) === paths.pki) return await emptyDirectory(host, emit, paths.pki)
  const files = [...certificates.flatMap(({ base }) => [`${base}.crt`, `${base}.key`]), 'sa.key', 'sa.pub']
  for (const file of files) await host.files.remove(`${directory}/${file}`)
}

/** Only the Pods that the kubelet made: other users of the runtime keep their containers. */
async function removeSandboxes({ configuration: { criSocket }, host, emit }: ResetContext, kubeletStopped: Promise<void>): Promise<void> {
  const { service, name } = runtimeOf(criSocket)
  if (await host.files.resolve(criSocket.replace(/^unix:\/\//, '')) === undefined && !(await host.services.status(service)).exists) {
    return emit({ type: 'note', text: `There is no ${name} on this machine, so no containers to remove.` })
  }
  const runtime = host.containerRuntime(criSocket)
  try {
    // The first look only makes the connection while the kubelet stops; what counts is what is there afterwards.
    await Promise.allSettled([runtime.sandboxes(), kubeletStopped])
    await allDone((await runtime.sandboxes()).map(async sandbox => {
      await waitFor({
        target: `Pod ${sandbox.namespace}/${sandbox.name}`, timeout: 20_000, interval: 500, clock: host.clock, emit,
        setting: 'fixed', fix: [`crictl --runtime-endpoint ${criSocket} rmp -f ${sandbox.id.slice(0, 13)}`],
      }, async () => {
        try {
          await runtime.removeSandbox(sandbox.id)
          return { done: undefined }
        } catch (error) {
          return { seen: messageOf(error) }
        }
      })
    }))
  } finally {
    runtime.close()
  }
}

/** Deletes the Node object where somebody else keeps the cluster: the only control plane takes the object with it anyway. */
async function forgetNode({ cluster, host, emit, nodeName }: ResetContext): Promise<void> {
  const joined = await host.files.status(paths.kubeletConf) !== undefined
  if (!joined || await localEtcd(host) !== undefined) return
  const byHand = `The Node object may remain; on the master: kubectl delete node ${nodeName}`
  if (cluster === undefined) return emit({ type: 'note', text: byHand })
  try {
    await cluster.request(`delete node ${nodeName}`, async api => await api.core.deleteNode({ name: nodeName }))
    emit({ type: 'change', change: { kind: 'object', action: 'delete', name: `Node ${nodeName}` }, rehearsed: false })
  } catch (error) {
    emit({ type: 'note', text: `${messageOf(error)} ${byHand}` })
  }
}
