import { X509Certificate } from 'node:crypto'
import t from 'tap'
import { userKubeconfig } from '../../src/certs/user-kubeconfig.ts'
import { connectionOf, parseKubeconfig } from '../../src/cluster/kubeconfig.ts'
import { memoryHost } from '../../src/host/memory.ts'
import { certs } from '../../src/phases/certs.ts'
import { controlPlaneWith } from '../fixtures/control-plane.ts'
import { runPhases } from '../fixtures/run-phase.ts'

const configuration = controlPlaneWith({ cluster: { encryptionAlgorithm: 'ECDSA-P256' } })
const host = memoryHost()
await runPhases([certs], host, configuration, 'certs/ca')
const ca = host.disk.get('/etc/kubernetes/pki/ca.crt')?.content ?? ''
const bob = { name: 'bob', organizations: ['ops', 'dev'], validity: 3600_000, server: 'https://api.example.com:6443', clusterName: 'blue' }
const read = async (text: string) => ({ parsed: parseKubeconfig(text, 'x'), connection: await connectionOf(parseKubeconfig(text, 'x'), 'x', async () => undefined) })

t.test('a certificate of the cluster\'s CA, for the name, the groups and the time asked for', async t => {
  const { parsed, connection } = await read(await userKubeconfig(host, { ...configuration.cluster, encryptionAlgorithm: 'RSA-2048' }, bob))
  t.match({ ...connection, context: parsed['current-context'] }, { server: 'https://api.example.com:6443', ca, context: 'bob@blue' })
  const certificate = new X509Certificate(connection.cert ?? '')
  t.match(certificate.subject, /^O=dev \+ O=ops\nCN=bob$/)
  t.ok(certificate.verify(new X509Certificate(ca).publicKey))
  t.equal(certificate.validToDate.toISOString(), '2026-01-01T01:00:00.000Z')
  t.equal(certificate.publicKey.asymmetricKeyType, 'ec', 'keys as the CA has them')
})

t.test('a token needs no CA key', async t => {
  const external = memoryHost({ files: { '/etc/kubernetes/pki/ca.crt': ca } })
  const { connection } = await read(await userKubeconfig(external, configuration.cluster, { ...bob, token: 'secret' }))
  t.match(connection, { token: 'secret', ca })
  await t.rejects(userKubeconfig(external, configuration.cluster, bob), { code: 'authority-external' })
  await t.rejects(userKubeconfig(memoryHost(), configuration.cluster, bob), { code: 'authority-missing' })
})
