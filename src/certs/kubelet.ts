import type { X509Certificate } from 'node:crypto'
import { dirname } from 'node:path'
import { currentAccess, kubeconfigToText, parseKubeconfig } from '../cluster/kubeconfig.ts'
import { milliseconds } from '../config/duration.ts'
import { paths } from '../config/paths.ts'
import { Problem } from '../core/problem.ts'
import { privateKeyPem } from './keys.ts'
import type { RenewalStore } from './renew.ts'
import { parseCertificates } from './store.ts'
import { clusterAuthority } from './table.ts'
import { inspectAuthority } from './inspect.ts'
import { signCertificate, validityFrom } from './x509.ts'

/** `fine`: the kubelet renews it by itself. `absent`: no kubelet.conf. `external`: the CA's key is elsewhere. */
export type KubeletOutcome = 'fine' | 'rescued' | 'absent' | 'external'

/**
 * A kubelet whose certificate has expired cannot ask for a new one. Signs one with the CA's key, puts it where the kubelet
 * puts its own, and restarts it. `always`: even when the certificate is still good.
 */
export async function rescueKubelet(store: RenewalStore, always = false): Promise<KubeletOutcome> {
  const { host } = store
  const text = await host.files.read(paths.kubeletConf)
  if (text === undefined) return 'absent'
  const kubeconfig = parseKubeconfig(text, paths.kubeletConf)
  const { user } = currentAccess(kubeconfig, paths.kubeletConf)
  const file = user.user['client-certificate']
  const pem = file === undefined ? Buffer.from(user.user['client-certificate-data'] ?? '', 'base64').toString('utf8') : await host.files.read(file)
  const old = readable(pem, file ?? paths.kubeletConf)
  if (!always && old !== undefined && old.validToDate > host.clock.now()) return 'fine'
  const signed = await sign(store, nodeUser(old, user.name, host.machine.hostname()))
  if (signed === undefined) return 'external'
  if (file === undefined) {
    const encoded = (part: string) => Buffer.from(part).toString('base64')
    const users = kubeconfig.users.map(entry => entry === user
      ? { ...entry, user: { 'client-certificate-data': encoded(signed.cert), 'client-key-data': encoded(signed.key) } } : entry)
    await host.files.write(paths.kubeletConf, kubeconfigToText({ ...kubeconfig, users }), { mode: 0o600 })
  } else {
    // The kubelet insists on a symlink to a file with the date in its name.
    const stamp = host.clock.now().toISOString().slice(0, 19).replaceAll(/[T:]/g, '-')
    const target = `${dirname(file)}/kubelet-client-${stamp}.pem`
    await host.files.write(target, signed.cert + signed.key, { mode: 0o600, directoryMode: 0o700 })
    await host.files.link(file, target)
  }
  await host.services.restart('kubelet')
  return 'rescued'
}

async function sign(store: RenewalStore, commonName: string): Promise<{ cert: string, key: string } | undefined> {
  const { host, configuration: { cluster }, keys } = store
  const { certificate, key: authorityKey } = await inspectAuthority(store, clusterAuthority)
  if (certificate === undefined || authorityKey === undefined) return undefined
  const key = await keys.next()
  const validity = validityFrom(host.clock.now(), milliseconds(cluster.certificateValidityPeriod))
  const cert = signCertificate({ commonName, organizations: ['system:nodes'] }, ['client auth'], key, { certificate, key: authorityKey }, validity)
  return { cert, key: privateKeyPem(key) }
}

/** A certificate that cannot be read is as good as an expired one. */
function readable(pem: string | undefined, path: string): X509Certificate | undefined {
  try {
    return pem === undefined ? undefined : parseCertificates(pem, path)[0]
  } catch (error) {
    if (error instanceof Problem) return undefined
    throw error
  }
}

/** The Node's own user, from the old certificate; else from kubelet.conf, else by the machine's name. */
function nodeUser(old: X509Certificate | undefined, name: string, hostname: string): string {
  const commonName = /(?:^|\n)CN=(system:node:.+)/.exec(old?.subject ?? '')?.[1]
  return commonName ?? (name.startsWith('system:node:') ? name : `system:node:${hostname}`)
}
