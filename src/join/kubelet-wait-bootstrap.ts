import { isUnauthorized } from '../cluster/api-server.ts'
import { milliseconds } from '../config/duration.ts'
import { paths } from '../config/paths.ts'
import type { Phase } from '../core/phase.ts'
import { Problem } from '../core/problem.ts'
import { waitFor } from '../core/wait.ts'
import { clientCertificate } from '../manifests/kubelet.ts'
import { kubeletFailure } from '../phases/kubelet-failure.ts'
import type { JoinContext } from './context.ts'

/** The kubelet is asked first; who else could be to blame is looked at once in so many milliseconds. */
const closerLook = 3000

/**
 * Waits until the kubelet has its own certificate, and takes the token off the disk. The kubelet writes kubelet.conf at
 * once, so the certificate that it points to is what counts.
 */
export const kubeletWaitBootstrap: Phase<JoinContext> = {
  name: 'kubelet-wait-bootstrap',
  summary: 'Wait until the kubelet has got its own certificate',
  run: async ({ configuration, host, emit, target }) => {
    const { timeouts, nodeRegistration } = configuration
    const certificate = clientCertificate(nodeRegistration)
    const exists = async (path: string) => await host.files.status(path) !== undefined
    let looked = host.clock.ticks()
    await waitFor({
      target: 'kubelet',
      timeout: milliseconds(timeouts.tlsBootstrap),
      interval: 50,
      clock: host.clock,
      emit,
      setting: 'timeouts.tlsBootstrap',
      fix: ['On the master: kubectl get csr, and approve this node\'s: kubectl certificate approve <name>', 'journalctl -xeu kubelet'],
    }, async () => {
      if (await exists(certificate) && await exists(paths.kubeletConf)) return { done: undefined }
      if (host.clock.ticks() - looked >= closerLook) {
        looked = host.clock.ticks()
        const failure = await kubeletFailure(host)
        if (failure !== undefined) throw failure
        await refusedToken(await target(), nodeRegistration.name)
      }
      return { seen: 'it waits for its certificate' }
    })
    await host.files.remove(paths.bootstrapKubeletConf)
  },
}

/** A token that was deleted meanwhile makes the kubelet try for ever. */
async function refusedToken({ cluster }: Awaited<ReturnType<JoinContext['target']>>, name: string): Promise<void> {
  try {
    await cluster.request(`read node ${name}`, async api => await api.core.readNode({ name }))
  } catch (error) {
    if (isUnauthorized(error)) {
      throw new Problem('token-not-accepted', 'Unable to join: the token expired or was deleted while the kubelet asked for its certificate.',
        ['On the master: kubeadm token create --print-join-command', 'Then run the join command with the new token.'], { cause: error })
    }
  }
}
