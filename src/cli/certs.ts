import { configurationOf } from './certificates-configuration.ts'
import { renew } from './certs-renew.ts'
import { session, type Command } from './command.ts'
import { pick } from './flags.ts'

const untitled = () => undefined

const certificateKey: Command = {
  command: 'certificate-key',
  describe: 'Print a random key that certificates can be encrypted with on their way to other control planes',
  build: builder => builder.example('kubeadm certs certificate-key', 'for kubeadm init --upload-certs --certificate-key'),
  run: async (values, terminal) => await session(values, terminal, untitled, async ({ host, show }) => {
    const key = Buffer.from(host.random.bytes(32)).toString('hex')
    show(`${key}\n`, { certificateKey: key })
  }),
}

const checkExpiration: Command = {
  command: 'check-expiration',
  describe: 'Show until when this node\'s certificates are valid',
  build: builder => builder
    .options(pick('cert-dir', 'config', 'kubeconfig'))
    .option('output', { alias: 'o', type: 'string', choices: ['text', 'json', 'yaml'], default: 'text', describe: 'Form of the output' })
    .example('kubeadm certs check-expiration', 'a table')
    .example('kubeadm certs check-expiration -o json', 'for programs, as output.kubeadm.k8s.io/v1alpha3'),
  run: async (values, terminal) => await session({ ...values, output: 'text' }, terminal, untitled, async current => {
    const [{ expirations }, { expirationObject, expirationText }, { toYaml }] = await Promise.all([
      import('../certs/expiration.ts'), import('../render/expiration.ts'), import('../config/yaml.ts'),
    ])
    const { cluster, source } = await configurationOf(current, 'kubeadm certs check-expiration')
    const found = await expirations(current.host.files, cluster)
    const now = current.host.clock.now()
    const object = expirationObject(found, now)
    current.show(values['output'] === 'json' ? `${JSON.stringify(object, undefined, 4)}\n`
      : values['output'] === 'yaml' ? toYaml(object)
        : `Certificates in ${cluster.certificatesDir}, by the configuration from ${source}:\n\n${expirationText(found, now)}`, {})
  }),
}

const generateCsr: Command = {
  command: 'generate-csr',
  describe: 'Make keys and signing requests for a CA that is elsewhere',
  build: builder => builder
    .options(pick('cert-dir', 'kubeconfig-dir', 'config', 'output'))
    .example('kubeadm certs generate-csr --cert-dir ./pki --kubeconfig-dir .', 'into this folder'),
  run: async (values, terminal) => await session(values, terminal, untitled, async current => {
    const { host, show } = current
    const [{ makeSigningRequests }, { keySource }, { offlinePlan }] = await Promise.all([
      import('../certs/requests.ts'), import('../certs/keys.ts'), import('./offline-plan.ts'),
    ])
    const configuration = await offlinePlan(current, typeof values['cert-dir'] === 'string' ? { certDir: terminal.absolute(values['cert-dir']) } : {})
    const requests = await makeSigningRequests({
      host, configuration, keys: keySource(configuration.cluster.encryptionAlgorithm, 12), kubeconfigDirectory: terminal.absolute(String(values['kubeconfig-dir'])),
    })
    show(`Have these signed, and put each certificate beside its request (.crt), or into its kubeconfig:\n${requests.map(path => `  ${path}\n`).join('')}`, { requests })
  }),
}

export const certs: Command = {
  command: 'certs',
  describe: 'Certificates of this control plane',
  commands: [checkExpiration, renew, certificateKey, generateCsr],
}
