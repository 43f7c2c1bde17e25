import { checkDates, inspectAuthority } from '../certs/inspect.ts'
import { keySource, privateKeyPem } from '../certs/keys.ts'
import { kubeconfigPath, kubeconfigs, type KubeconfigRow } from '../certs/kubeconfigs.ts'
import { signerFor } from '../certs/ensure.ts'
import { certificatePath, parseCertificates, parseKey } from '../certs/store.ts'
import { checkKeySize, checkSecrecy, checkSignature } from '../certs/strength.ts'
import { clusterAuthority } from '../certs/table.ts'
import { signCertificate, validityFrom } from '../certs/x509.ts'
import type { Connection } from '../cluster/api.ts'
import { connectionOf, currentAccess, kubeconfigFor, kubeconfigToText, parseKubeconfig } from '../cluster/kubeconfig.ts'
import { milliseconds } from '../config/duration.ts'
import type { Phase } from '../core/phase.ts'
import { Problem } from '../core/problem.ts'
import type { ControlPlaneContext } from './context.ts'

/** The kubeconfigs of this node's control plane and of the administrator. Those that exist are looked at before the first one is written. */
export const kubeconfig: Phase<ControlPlaneContext> = {
  name: 'kubeconfig',
  summary: 'Make the kubeconfigs of the control plane and of the administrator',
  run: async context => {
    for (const row of kubeconfigs) await inspect(context, row)
  },
  phases: kubeconfigs.map((row, index) => ({
    name: row.name,
    summary: `Make the kubeconfig of ${row.owner}`,
    ...index > 0 && { alongside: true as const },
    run: async context => {
      const present = await inspect(context, row)
      if (present === undefined) await make(context, row)
      else warnAboutServer(context, row, present.server)
      context.emit({ type: 'note', text: `${present === undefined ? 'Made' : 'Kept'} the kubeconfig ${kubeconfigPath(row, context.kubeconfigDirectory)}` })
    },
  })),
}

async function make(context: ControlPlaneContext, row: KubeconfigRow): Promise<void> {
  const { configuration, host, keys = keySource(configuration.cluster.encryptionAlgorithm) } = context
  const { clusterName, certificateValidityPeriod } = configuration.cluster
  const signer = await signerFor(context, clusterAuthority)
  const key = await keys.next()
  const subject = row.subject(configuration)
  const validity = validityFrom(host.clock.now(), milliseconds(certificateValidityPeriod))
  const text = kubeconfigToText(kubeconfigFor({
    clusterName,
    server: row.server(configuration),
    ca: signer.certificate.toString(),
    user: subject.commonName,
    credential: { cert: signCertificate(subject, ['client auth'], key, signer, validity), key: privateKeyPem(key) },
  }))
  await host.files.write(kubeconfigPath(row, context.kubeconfigDirectory), text, { mode: 0o600 })
}

/** A file that exists, checked: it trusts our CA, and a client certificate in it fits its key and is within its dates. */
async function inspect(context: ControlPlaneContext, row: KubeconfigRow): Promise<Connection | undefined> {
  const { configuration, host, kubeconfigDirectory } = context
  const path = kubeconfigPath(row, kubeconfigDirectory)
  const text = await host.files.read(path)
  const { certificate: ca, key } = await inspectAuthority(context, clusterAuthority)
  const caPath = certificatePath(configuration.cluster.certificatesDir, clusterAuthority.base)
  if (text === undefined) {
    if (ca === undefined || key !== undefined) return undefined
    throw new Problem('authority-external', `${path} is missing and cannot be made: the key of the CA ${caPath} is not on this machine.`,
      ['Make the kubeconfig with a certificate signed by your CA and put it there.', 'Or put the key of the CA beside its certificate.'])
  }
  const anew = `Have it made anew: rm ${path}, then the same command again.`
  if (ca === undefined) {
    throw new Problem('authority-missing', `${path} is there, but not the CA that it trusts: there is no ${caPath}.`, [`Restore ${caPath} and its key from a backup.`, anew])
  }
  const parsed = parseKubeconfig(text, path)
  const connection = await connectionOf(parsed, path, host.files.read)
  if (connection.ca.trim() !== ca.toString().trim()) {
    throw new Problem('kubeconfig-foreign', `${path} does not trust the CA ${caPath}, but another one.`, [anew, `Or restore ${caPath} and its key from a backup.`])
  }
  const embedded = currentAccess(parsed, path).user.user['client-certificate-data']
  if (connection.cert !== undefined && connection.key !== undefined && embedded !== undefined) {
    const [certificate] = parseCertificates(connection.cert, path)
    await checkSecrecy(host.files, path)
    checkKeySize(certificate.publicKey, path)
    checkSignature(certificate, path)
    if (!certificate.checkPrivateKey(parseKey(connection.key, path))) {
      throw new Problem('key-mismatch', `The key in ${path} is not that of the client certificate in it.`, [anew])
    }
    checkDates(certificate, path, host.clock.now())
  }
  return connection
}

/** A file that names another server may do so on purpose: it may lie behind a load balancer. */
function warnAboutServer({ configuration, emit, kubeconfigDirectory }: ControlPlaneContext, row: KubeconfigRow, present: string): void {
  const path = kubeconfigPath(row, kubeconfigDirectory)
  const wanted = row.server(configuration)
  if (present === wanted) return
  emit({
    type: 'finding',
    check: 'KubeconfigServer',
    level: 'warning',
    message: `${path} names the server ${present}, the configuration names ${wanted}. The file is kept.`,
    fix: [`Have it made anew: rm ${path}, then the same command again.`],
  })
}
