import t from 'tap'
import { decode } from '../../src/config/decode.ts'
import { Problem } from '../../src/core/problem.ts'

const kubeadm = 'apiVersion: kubeadm.k8s.io/v1beta4'
const init = (body: string) => `${kubeadm}\nkind: InitConfiguration\n${body}\n`
const cluster = (body: string) => `${kubeadm}\nkind: ClusterConfiguration\n${body}\n`

function problemOf(text: string): Problem {
  try {
    decode(text, 'k.yaml')
  } catch (error) {
    if (error instanceof Problem) return error
    throw error
  }
  throw new Error('nothing was wrong')
}

/** The only complaint, and how to mend it. */
function complaint(text: string): string {
  const { message, fix } = problemOf(text)
  return `${message}\n${fix.join('\n')}`
}

t.test('documents by kind', async t => {
  const documents = decode(`${init('dryRun: yes\nlocalAPIEndpoint:\n  bindPort: 6444')}---\n${cluster('featureGates: {a: on}\nclusterName:\ncertificateValidityPeriod: 24h')}---
apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nsyncFrequency: 90s\nlogging: {format: json}\n`, 'k.yaml')
  t.strictSame(documents.init, { dryRun: true, localAPIEndpoint: { bindPort: 6444 } })
  t.strictSame(documents.cluster, { featureGates: { a: true }, certificateValidityPeriod: '24h0m0s' }, 'null is absent')
  t.strictSame(documents.kubelet, { syncFrequency: '1m30s', logging: { format: 'json' } })
  t.strictSame(documents.locate(['InitConfiguration', 'localAPIEndpoint', 'bindPort']), { file: 'k.yaml', line: 5, column: 3, text: '  bindPort: 6444' })
  t.match(documents.locate(['InitConfiguration', 'localAPIEndpoint', 'advertiseAddress']), { line: 4 }, 'the parent of what is not there')
  t.equal(documents.locate(['ClusterConfiguration', 'networking']), undefined)
  t.equal(documents.locate(['JoinConfiguration', 'discovery']), undefined)
})

t.test('fields', async t => {
  t.equal(complaint(init('localAPIEndpoint:\n  bindPrt: 6443')), 'k.yaml:4:3: "bindPrt" is not a field of localAPIEndpoint.\n    bindPrt: 6443\nDid you mean bindPort?')
  t.match(complaint(cluster('ClusterName: x')), /"ClusterName" is not a field.*\n.*\nDid you mean clusterName\?/, 'case')
  t.match(complaint(cluster('podSubnet: 10.0.0.0/8')), /Its place is networking of a ClusterConfiguration/)
  t.match(complaint(cluster('quux: 1')), /Take it out\. The fields are etcd, networking/)
  t.match(complaint(cluster('__proto__: {}')), /"__proto__" is not a field/)
  t.match(complaint(cluster('constructor: {}')), /"constructor" is not a field/)
  t.match(complaint(init('dryRun: true\ndryRun: false')), /^k\.yaml:4:1: "dryRun" is given twice/)
  t.match(complaint(init('certificateKey: "0123"')), /certificateKey: copying certificates .* is not supported yet/)
  t.match(complaint(init('patches: {directory: /p}')), /not supported yet/)
  t.doesNotThrow(() => decode(init('certificateKey: ""\npatches: {directory:}'), 'k.yaml'), 'nothing is given')
  t.match(complaint(init('nodeRegistration: {taints: [{key: a}]}')), /an entry of taints has no effect/)
  t.match(complaint(cluster('apiServer: {timeoutForControlPlane: 4m}')), /"timeoutForControlPlane" is not a field of apiServer/)
  t.match(complaint('apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nmaxPod: 5'), /Did you mean maxPods\?/)
  t.match(complaint('apiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\nipvs: {strictArp: true}'), /Did you mean strictARP\?/)
})

t.test('types', async t => {
  t.match(complaint(init('localAPIEndpoint: {bindPort: "6443"}')), /bindPort has to be a whole number, not a text.*\n.*\nWrite it without quotes/)
  t.match(complaint(init('localAPIEndpoint: {bindPort: 1.5}')), /has to be a whole number, not a number/)
  t.match(complaint(init('localAPIEndpoint: 5')), /localAPIEndpoint has to be a mapping, not a number/)
  t.match(complaint(cluster('clusterName: 017')), /clusterName has to be a text, not a number.*\n.*\nPut the value in quotes/)
  t.match(complaint(cluster('clusterName: on')), /clusterName has to be a text, not true or false/)
  t.match(complaint(cluster('apiServer: {certSANs: a}')), /certSANs has to be a list, not a text/)
  t.match(complaint(cluster('apiServer: {certSANs: [a, ]}\nscheduler:\n  extraArgs:\n    v: "1"')), /extraArgs has to be a list, not a mapping.*\n.*\nWrite every entry as "- name/)
  t.match(complaint(cluster('apiServer:\n  certSANs:\n  - a\n  -')), /certSANs has an empty item/)
  t.match(complaint(cluster('featureGates: {A: 1}')), /featureGates\.A has to be true or false/)
  t.match(complaint(cluster('encryptionAlgorithm: RSA-1024')), /none of RSA-2048, .*\n.*\nDid you mean RSA-2048\?/)
  t.match(complaint(init('timeouts: {discovery: 1d}')), /discovery is no duration/)
  t.match(complaint(init('timeouts: {discovery: 5}')), /discovery is no duration/)
  t.match(complaint(init('timeouts: {discovery: -5m}')), /discovery is negative/)
  t.match(complaint(init('bootstrapTokens: [{expires: tomorrow}]')), /expires is no time/)
})

t.test('kinds and versions', async t => {
  t.match(complaint('kind: InitConfiguration'), /^k\.yaml:1:1: the document has no apiVersion.*\n.*\nWrite apiVersion: kubeadm\.k8s\.io\/v1beta4/)
  t.match(complaint('a: 1'), /no apiVersion and kind/)
  t.match(complaint('- 1'), /a document has to be a mapping/)
  t.match(complaint(`${kubeadm}\nkind: ClusterConfig`), /^k\.yaml:2:1: a ClusterConfig of .*\n.*\nDid you mean ClusterConfiguration\?/)
  t.match(complaint('apiVersion: v1\nkind: ConfigMap'), /a ConfigMap of v1 is no configuration of kubeadm/)
  t.match(complaint('apiVersion: kubeadm.k8s.io/v1beta3\nkind: InitConfiguration'), /old version.*\n.*\nConvert it with kubeadm v1\.36 .*config migrate/)
  t.match(complaint('apiVersion: kubeadm.k8s.io/v1beta1\nkind: InitConfiguration'), /Convert it with kubeadm v1\.15, and/)
  t.match(complaint('apiVersion: kubeadm.k8s.io/v1beta5\nkind: InitConfiguration'), /there is no kubeadm\.k8s\.io\/v1beta5/)
  t.match(complaint(`${kubeadm}\nkind: KubeletConfiguration`), /a KubeletConfiguration is of kubelet\.config\.k8s\.io\/v1beta1/)
  t.match(complaint(`${cluster('')}---\n${cluster('')}`), /^k\.yaml:5:1: the file has a second ClusterConfiguration/)
  t.match(complaint('# nothing'), /^k\.yaml:1:1: the file is empty/)
  t.match(decode(`${cluster('')}---\n${kubeadm}\nkind: UpgradeConfiguration\napply: {}`, 'k.yaml').notes, [/UpgradeConfiguration is ignored/])
})

t.test('everything that is wrong at once, in the file\'s order, without secrets', async t => {
  const { code, message, fix } = problemOf(init('quux: 1\nbootstrapTokens:\n- tokn: abcdef.0123456789abcdef\n  token: 5\n  ttl: x\ndryRun: maybe'))
  t.equal(code, 'configuration-invalid')
  t.match(message, /^The configuration has 5 errors:\nk\.yaml:3:1: .*\n.*\n.*\nk\.yaml:5:3: .*\n.*\n.*\nk\.yaml:6:/)
  t.notMatch(message, /0123456789abcdef/)
  t.equal(fix.length, 1)
})
