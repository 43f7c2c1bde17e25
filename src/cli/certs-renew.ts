import type { KubeletOutcome } from '../certs/kubelet.ts'
import type { Renewal } from '../certs/renew.ts'
import type { Restarts } from '../certs/restart.ts'
import { Problem } from '../core/problem.ts'
import { configurationOf } from './certificates-configuration.ts'
import { session, type Command } from './command.ts'
import { pick } from './flags.ts'

const titles: Readonly<Record<string, string>> = { renew: 'Renewing certificates...', restart: 'Restarting what holds old ones...' }

/** The kubelet renews its own; here it is for when it could not. */
const kubeletName = 'kubelet.conf'

export const renew: Command = {
  command: 'renew <name>',
  describe: 'Renew one of this control plane\'s certificates, or all, and make the control plane use them',
  build: builder => builder
    .positional('name', { type: 'string', demandOption: true, describe: 'Its name in kubeadm certs check-expiration, or all' })
    .options(pick('cert-dir', 'config', 'kubeconfig', 'no-restart', 'output'))
    .example('kubeadm certs renew all', 'on every control plane, one after the other')
    .example('kubeadm certs renew apiserver', 'only the one that the API server serves with')
    .example('kubeadm certs renew all --no-restart', 'leave the running Pods alone'),
  run: async (values, terminal) => await session(values, terminal, phase => titles[phase], async current => {
    const { host, emit, show } = current
    const [{ keySource }, { renewable, renewCertificates }, { authorityAlgorithm }, { rescueKubelet }, { restartHolders }, { kubeletRuntime }, { lockPath }] = await Promise.all([
      import('../certs/keys.ts'), import('../certs/renew.ts'), import('../certs/algorithm.ts'), import('../certs/kubelet.ts'), import('../certs/restart.ts'),
      import('../host/kubelet-runtime.ts'), import('../config/paths.ts'),
    ])
    const name = String(values['name'])
    const { cluster, unread } = await configurationOf(current, 'kubeadm certs renew')
    const all = renewable(cluster)
    const chosen = name === 'all' ? all : all.filter(managed => managed.name === name)
    if (chosen.length === 0 && name !== kubeletName) {
      throw new Problem('certificate-unknown', `"${name}" is no certificate of this cluster.`, [`Choose from: all, ${all.map(managed => managed.name).join(', ')}, ${kubeletName}`])
    }
    const release = await host.lock(lockPath, 'kubeadm certs renew')
    try {
      emit({ type: 'phase', phase: 'renew', status: 'start' })
      const since = host.clock.now()
      // Without the cluster's own word its CA tells what kind of keys it has.
      const algorithm = unread === undefined ? cluster.encryptionAlgorithm : await authorityAlgorithm(host.files, cluster)
      const store = { host, configuration: { cluster }, keys: keySource(algorithm, chosen.length) }
      const renewals = await renewCertificates(store, chosen)
      const kubelet = name === 'all' || name === kubeletName ? await rescueKubelet(store, name === kubeletName) : 'fine'
      const renewed = renewals.filter(renewal => renewal.outcome === 'renewed')
      const refreshed = renewed.some(renewal => renewal.name === 'admin.conf')
        ? await (await import('../cluster/admin-kubeconfig.ts')).refreshAdminKubeconfig(host) : undefined
      for (const text of new Set(renewed.filter(({ certificate, authorityExpires }) => certificate.validToDate > authorityExpires).map(({ authorityExpires }) => minute(authorityExpires)))) {
        emit({
          type: 'finding', check: 'Authority', level: 'warning',
          message: `A CA ends at ${text}, before what it has just signed: from then on nothing that it signed is trusted.`, fix: ['See which: kubeadm certs check-expiration'],
        })
      }
      const restarts = values['no-restart'] === true ? undefined : await restartHolders(renewed, { host, emit, criSocket: await kubeletRuntime(host.files), since, freshKubelet: kubelet === 'rescued' }).catch(halfDone)
      show(`${renewals.map(line).join('')}${kubeletLine(kubelet, name)}${refreshed === undefined ? '' : `${refreshed} refreshed\n`}${restartText(renewed.length, restarts)}`, {
        renewed: renewed.map(renewal => ({ name: renewal.name, expires: renewal.certificate.validToDate.toISOString() })),
        missing: renewals.filter(({ outcome }) => outcome === 'missing').map(renewal => renewal.name),
        external: renewals.filter(({ outcome }) => outcome === 'external').map(renewal => renewal.name),
        kubelet,
        ...restarts,
        ...unread !== undefined && { configuration: 'defaults' },
      })
    } finally {
      release()
    }
  }),
}

/** What is on the disk is new all the same. */
function halfDone(error: unknown): never {
  if (!(error instanceof Problem)) throw error
  throw new Problem(error.code, `The certificates are renewed, but not all that uses them has taken them: ${error.message}`, error.fix, { cause: error })
}

function line(renewal: Renewal): string {
  const { name } = renewal
  switch (renewal.outcome) {
    case 'renewed': return `${name}: renewed, valid until ${minute(renewal.certificate.validToDate)}\n`
    case 'missing': return `${name}: MISSING! There is no ${renewal.path}\n`
    case 'external': return `${name}: not renewed, because its CA is external: the key of ${renewal.authority} is not on this machine\n`
    default: return renewal satisfies never
  }
}

function kubeletLine(outcome: KubeletOutcome, name: string): string {
  switch (outcome) {
    case 'rescued': return `${kubeletName}: ${name === kubeletName ? 'renewed' : 'had expired, renewed'}, and the kubelet was restarted\n`
    case 'external': return `${kubeletName}: not renewed, because its CA is external: the key of ca is not on this machine\n`
    case 'absent': return name === kubeletName ? `${kubeletName}: MISSING!\n` : ''
    case 'fine': return ''
    default: return outcome satisfies never
  }
}

function restartText(renewed: number, restarts: Restarts | undefined): string {
  if (renewed === 0) return ''
  if (restarts === undefined) return 'Nothing was restarted. What has read an old certificate keeps it until it starts again.\n'
  const { reloaded, restarted } = restarts
  return [
    ...reloaded.length === 0 ? [] : [`Took the new certificates by themselves: ${reloaded.join(', ')}\n`],
    ...restarted.length === 0 ? [] : [`Restarted: ${restarted.join(', ')}\n`],
  ].join('')
}

function minute(date: Date): string {
  return `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`
}
