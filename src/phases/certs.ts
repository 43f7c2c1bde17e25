import { ensureCertificate, ensureServiceAccountKey, inspectAll, type MakingStore, type Outcome } from '../certs/ensure.ts'
import { keySource } from '../certs/keys.ts'
import { certificates, type CertificateRow } from '../certs/table.ts'
import type { Phase } from '../core/phase.ts'
import type { ControlPlaneContext } from './context.ts'

/** Certificates that do not wait for the one before them: their CA is in no doubt by then. */
const besideThePrevious = ((): ReadonlySet<CertificateRow> => {
  const found = new Set<CertificateRow>()
  let group: readonly CertificateRow[] = []
  for (const row of certificates) {
    const beside = group.length > 0 && !group.some(other => other === row.signer)
    if (beside) found.add(row)
    group = beside ? [...group, row] : [row]
  }
  return found
})()

/** The control plane's CAs, certificates and keys. What is there is looked at before the first file is written. */
export const certs: Phase<ControlPlaneContext> = {
  name: 'certs',
  summary: 'Make the CAs and certificates of the control plane',
  run: inspectAll,
  phases: [
    ...certificates.map(certificatePhase),
    {
      name: 'sa',
      summary: 'Make the key pair that signs ServiceAccount tokens',
      alongside: true,
      run: async context => {
        context.emit({ type: 'note', text: `${said[await ensureServiceAccountKey(storeOf(context))]} the key pair sa` })
      },
    },
  ],
}

const said: Readonly<Record<Outcome, string>> = { made: 'Made', kept: 'Kept', finished: 'Finished, with the key of an earlier attempt,' }

function certificatePhase(row: CertificateRow): Phase<ControlPlaneContext> {
  return {
    name: row.name,
    summary: `Make the ${row.purpose}`,
    ...besideThePrevious.has(row) && { alongside: true as const },
    ...row.localEtcd && { when: ({ configuration }: ControlPlaneContext) => configuration.cluster.etcd.local !== undefined },
    run: async context => {
      const outcome = await ensureCertificate(storeOf(context), row)
      const { dnsNames = [], ipAddresses = [] } = row.subject(context.configuration)
      const names = row.usages.includes('server auth') ? ` for ${[...dnsNames, ...ipAddresses].join(', ')}` : ''
      context.emit({ type: 'note', text: `${said[outcome]} the certificate ${row.base}${names}` })
    },
  }
}

function storeOf(context: ControlPlaneContext): MakingStore {
  return { ...context, keys: context.keys ?? keySource(context.configuration.cluster.encryptionAlgorithm) }
}
