import { connectionFrom } from '../cluster/access.ts'
import { apiServer } from '../cluster/api-server.ts'
import type { ResetFlags } from '../config/flags.ts'
import { lockPath } from '../config/paths.ts'
import { resetConfiguration } from '../config/reset-configuration.ts'
import { execute } from '../core/execute.ts'
import { plan } from '../core/plan.ts'
import { Problem } from '../core/problem.ts'
import { detectCriSockets } from '../host/cri-sockets.ts'
import { resetWorkflow } from '../reset/workflow.ts'
import { session, type Command } from './command.ts'
import { fileDocuments } from './configuration-file.ts'
import { camelCase, pick } from './flags.ts'

export const reset: Command = {
  command: 'reset',
  describe: 'Take back what init or join did to this machine',
  build: builder => builder
    .options(pick('force', 'config', 'cert-dir', 'cleanup-tmp-dir', 'cri-socket', 'kubeconfig', 'ignore-preflight-errors', 'skip-phases', 'output'))
    .example('kubeadm reset', 'asks first')
    .example('kubeadm reset --force', 'for scripts'),
  run: async (values, terminal) => await session(values, terminal, () => 'Resetting this node...', async ({ host, emit, show }) => {
    const { kubeconfig, ...flags } = camelCase(values)
    const criSockets = await detectCriSockets(host.files)
    const { configuration } = resetConfiguration({ flags: flags as ResetFlags, facts: { criSockets }, ...await fileDocuments(host, values, terminal) })
    if (!configuration.force) {
      const answer = await terminal.ask('All of Kubernetes on this machine will be removed, its data included. Proceed? [y/N]: ')
      if (!/^y(es)?$/i.test(answer?.trim() ?? '')) {
        throw new Problem('not-confirmed', 'Nothing was done: reset was not confirmed.', ['Answer y, or in scripts: kubeadm reset --force'])
      }
    }
    const release = await host.lock(lockPath, 'kubeadm reset')
    try {
      const path = String(kubeconfig)
      const cluster = await host.files.status(path) === undefined ? undefined
        : apiServer({ kubeconfig: path, connection: async () => await connectionFrom(host, path), host, emit, timeout: 3_000 })
      await execute(plan(resetWorkflow, { skip: configuration.skipPhases }), { configuration, host, emit, cluster, nodeName: host.machine.hostname() }, emit)
    } finally {
      release()
    }
    show('This machine is no longer part of a cluster. Kept: images, CNI configuration in /etc/cni/net.d, packages.\n', {})
  }),
}
