import t from 'tap'
import { findConfiguration } from '../../src/cluster/stored-configuration.ts'
import { kubeconfigFor, kubeconfigToText } from '../../src/cluster/kubeconfig.ts'
import { decode } from '../../src/config/decode.ts'
import type { WebRequest } from '../../src/host/host.ts'
import { memoryHost } from '../../src/host/memory.ts'

const kubeconfig = '/etc/kubernetes/admin.conf'
const command = 'kubeadm certs renew'
const admin = kubeconfigToText(kubeconfigFor({ clusterName: 'k', server: 'https://192.0.2.10:6443', ca: 'CA', user: 'a', credential: { cert: 'C', key: 'K' } }))
const stored = 'apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nencryptionAlgorithm: ECDSA-P384\nkubernetesVersion: v1.35.4\n'
const answering = (status: number, body: string, asked: WebRequest[] = []) => memoryHost({
  files: { [kubeconfig]: admin }, answer: request => { asked.push(request); return { status, headers: {}, body } },
})

t.test('the file that was named comes first', async t => {
  const text = 'apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\ncertificatesDir: /a\nencryptionAlgorithm: ECDSA-P256\n'
  const documents = decode(text, 'cluster.yaml')
  t.match(await findConfiguration({ documents, kubeconfig, command }, memoryHost()), { source: 'cluster.yaml', cluster: { certificatesDir: '/a', encryptionAlgorithm: 'ECDSA-P256' } })
  t.match(await findConfiguration({ documents, certDir: '/b', kubeconfig, command }, memoryHost()), { cluster: { certificatesDir: '/b' } })
  await t.rejects(findConfiguration({ documents: decode('apiVersion: kubeadm.k8s.io/v1beta4\nkind: ResetConfiguration\n', 'r.yaml'), kubeconfig, command }, memoryHost()), { code: 'configuration-missing' })
})

t.test('then the one that the cluster keeps', async t => {
  const asked: WebRequest[] = []
  const found = await findConfiguration({ kubeconfig, certDir: '/b', command }, answering(200, JSON.stringify({ data: { ClusterConfiguration: stored } }), asked))
  t.match(found, { source: 'ConfigMap kube-system/kubeadm-config', cluster: { encryptionAlgorithm: 'ECDSA-P384', certificatesDir: '/b' } })
  t.equal(found.unread, undefined)
  t.match(asked, [{ url: 'https://192.0.2.10:6443/api/v1/namespaces/kube-system/configmaps/kubeadm-config', ca: 'CA', cert: 'C', key: 'K' }])
})

t.test('then the defaults, with the reason', async t => {
  for (const [host, reason] of [
    [memoryHost(), /There is no kubeconfig/],
    [memoryHost({ files: { [kubeconfig]: admin } }), /Nothing answers/],
    [answering(401, ''), /does not accept the credentials/],
    [answering(200, 'garbage'), /answers 200/],
    [answering(200, JSON.stringify({ data: { ClusterConfiguration: 'a: 1' } })), /holds no ClusterConfiguration/],
  ] as const) {
    const { source, unread, cluster } = await findConfiguration({ kubeconfig, command }, host)
    t.equal(source, 'the defaults')
    t.match(unread, reason)
    t.match(cluster, { certificatesDir: '/etc/kubernetes/pki', encryptionAlgorithm: 'RSA-2048' })
  }
})
