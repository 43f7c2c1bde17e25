import t from 'tap'
import { decode } from '../../../src/config/decode.ts'
import { initPlan } from '../../../src/config/init-plan.ts'
import { Problem } from '../../../src/core/problem.ts'
import { isCertificateName, isSubdomain, nearest } from '../../../src/config/rules/text.ts'

const header = 'apiVersion: kubeadm.k8s.io/v1beta4\nkind:'
const facts = { hostname: 'vm', advertiseAddress: '192.0.2.10', criSockets: [], resolvedActive: false }

function complaint(kind: 'ClusterConfiguration' | 'InitConfiguration', body: string): string {
  try {
    initPlan({ documents: decode(`${header} ${kind}\n${body}\n`, 'k.yaml'), facts, newToken: 'abcdef.0123456789abcdef' })
    return 'fine'
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return error.message
  }
}
const cluster = (body: string) => complaint('ClusterConfiguration', body)
const init = (body: string) => complaint('InitConfiguration', body)

t.test('ranges', async t => {
  const services = (range: string) => cluster(`networking: {serviceSubnet: "${range}"}`)
  t.equal(services('10.96.0.0/12'), 'fine')
  t.equal(services('10.96.0.0/16,fd00::/112'), 'fine')
  t.match(services('10.0.0.0/8'), /^k\.yaml:3:14: networking\.serviceSubnet 10\.0\.0\.0\/8 is larger/)
  t.match(services('10.0.0.0/29'), /8 addresses; Services need more than 10/)
  t.match(services('fd00::/64'), /larger than kube-apiserver takes/)
  t.match(services('10.96.0.0/12,10.112.0.0/12'), /more than one network of a family/)
  t.match(services('10.96.0.0'), /"10\.96\.0\.0" is not a network/)
  t.match(services('192.0.2.0/24'), /holds this machine's own address 192\.0\.2\.10/)
  const pods = (range: string, args = '') => cluster(`networking: {podSubnet: "${range}"}${args}`)
  const argument = (name: string, value: string) => `\ncontrollerManager: {extraArgs: [{name: ${name}, value: "${value}"}]}`
  t.equal(pods('10.244.0.0/16'), 'fine')
  t.equal(pods('fd00::/48'), 'fine')
  t.match(pods('10.244.0.0/25'), /smaller than the \/24/)
  t.equal(pods('10.244.0.0/25', argument('node-cidr-mask-size-ipv4', '28')), 'fine')
  t.equal(pods('10.244.0.0/25', argument('allocate-node-cidrs', 'false')), 'fine')
  t.match(pods('10.244.0.0/29'), /Pods need 14/)
  t.match(pods('fd00::/40'), /more than 16 bits larger than the \/64/)
  t.match(pods('10.100.0.0/16'), /overlaps the Service range 10\.96\.0\.0\/12/)
})

t.test('endpoints', async t => {
  const address = (text: string) => init(`localAPIEndpoint: {advertiseAddress: "${text}"}`)
  t.match(address('224.0.0.1'), /a multicast address/)
  t.match(address('127.0.0.1'), /a loopback address/)
  t.match(address('fe80::1'), /a link-local address/)
  t.match(address('master'), /"master" is not an IP address/)
  t.equal(address('fd00::1'), 'fine')
  t.match(init('localAPIEndpoint: {bindPort: 70000}'), /70000 is not a port/)
  t.match(init('localAPIEndpoint: {bindPort: 10250}'), /the port of the kubelet/)
  t.match(cluster('controlPlaneEndpoint: https://x:6443'), /no host or host:port/)
  t.equal(cluster('controlPlaneEndpoint: Master.example.com'), 'fine')
  t.match(cluster('apiServer: {certSANs: [ok, "*.ok.com", "fd00::1", "no good", "*"]}'), /2 errors:\n.*certSANs\[3\] "no good"[^]*certSANs\[4\] "\*"/)
})

t.test('the node', async t => {
  t.match(init('nodeRegistration: {name: a_b}'), /"a_b" is no name for a node/)
  t.match(init('nodeRegistration: {criSocket: "tcp://x"}'), /not the socket of a container runtime/)
  t.match(init('nodeRegistration: {ignorePreflightErrors: [All, Swap]}'), /"all" and single checks/)
  t.match(init('nodeRegistration: {taints: [{key: "a b", effect: NoSchedule}]}'), /no key for a taint/)
  for (const value of ['a"b', 'a\'b', 'a\\\\b', 'a b', 'a\\nb']) t.match(init(`nodeRegistration: {kubeletExtraArgs: [{name: v, value: "${value.replaceAll('"', '\\"')}"}]}`), /do not survive the environment file/, value)
  t.match(init('nodeRegistration: {kubeletExtraArgs: [{name: --v, value: "5"}]}'), /"--v" is no name of an argument/)
  t.match(init('nodeRegistration: {kubeletExtraArgs: [{value: "5"}]}'), /kubeletExtraArgs\[0\]\.name is empty/)
})

t.test('extras of static Pods', async t => {
  t.match(cluster('scheduler: {extraArgs: [{name: "a b", value: ""}]}'), /"a b" is no name of an argument/)
  t.match(cluster('scheduler: {extraEnvs: [{name: "A=B", value: ""}]}'), /no name of an environment variable/)
  t.match(cluster('scheduler: {extraEnvs: [{name: A, value: "x", valueFrom: {fieldRef: {fieldPath: status.podIP}}}]}'), /both a value and a valueFrom/)
  t.match(cluster('scheduler: {extraVolumes: [{name: A, hostPath: x, mountPath: /y}]}'), /2 errors:[^]*no name of a volume[^]*"x" is not an absolute path/)
  t.match(cluster('scheduler: {extraVolumes: [{name: a, hostPath: /x, mountPath: /y}, {name: a, hostPath: /x, mountPath: /z}]}'), /an earlier volume/)
})

t.test('the cluster', async t => {
  t.match(cluster('certificatesDir: pki'), /"pki" is not an absolute path/)
  t.match(cluster('etcd: {local: {dataDir: etcd}}'), /"etcd" is not an absolute path/)
  t.match(cluster('imageRepository: "https://x"'), /no place for images/)
  t.match(cluster('dns: {imageTag: "a:b"}'), /no tag of an image/)
  t.match(cluster('certificateValidityPeriod: 0s'), /not longer than nothing/)
  t.match(cluster('clusterName: "a b"'), /no name for a cluster/)
  t.match(cluster('networking: {dnsDomain: Cluster.Local}'), /no DNS domain/)
  t.match(cluster('featureGates: {NodeLocalCRISockets: true}'), /"NodeLocalCRISockets" is not a feature gate of kubeadm/)
  t.match(cluster('featureGates: {RootlessControlPlane: true}'), /not supported yet/)
  t.match(cluster('featureGates: {NodeLocalCRISocket: false}'), /cannot be turned off/)
  t.match(cluster('featureGates: {PublicKeysECDSA: true}'), /encryptionAlgorithm/)
  t.match(cluster('featureGates: {constructor: true}'), /"constructor" is not a feature gate/)
})

t.test('etcd', async t => {
  const external = (body: string) => cluster(`etcd: {external: {${body}}}`)
  t.equal(external('endpoints: ["http://a:2379"]'), 'fine')
  t.match(external('endpoints: []'), /endpoints is empty/)
  t.match(external('endpoints: ["a:2379"]'), /"a:2379" is not a URL/)
  t.match(external('endpoints: ["http://a:2379"], caFile: /ca'), /is not encrypted/)
  t.equal(external('endpoints: ["https://a:2379"], httpEndpoints: ["http://a:2378"], caFile: /ca'), 'fine')
  t.match(external('endpoints: ["https://a:2379"], caFile: ca'), /not an absolute path/)
  t.match(external('endpoints: ["https://a:2379"], caFile: /ca, certFile: /c'), /without its counterpart/)
  t.match(external('endpoints: ["https://a:2379"], certFile: /c, keyFile: /k'), /without caFile/)
  t.match(cluster('etcd: {local: {}, external: {endpoints: ["http://a:2379"]}}'), /etcd\.external and etcd\.local are both given/)
})

t.test('tokens', async t => {
  const tokens = (...list: string[]) => init(`bootstrapTokens: [${list.join(', ')}]`)
  t.equal(tokens('{ttl: 0s}'), 'fine')
  t.match(tokens('{token: abcdef.0123456789abcdef}', '{token: abcdef.ffffffffffffffff}'), /begins like an earlier token/)
  t.match(tokens('{}', '{}'), /bootstrapTokens\[1\]\.token is missing/)
  t.match(tokens('{ttl: 1h, expires: "2030-01-01T00:00:00Z"}'), /and ttl are both given/)
  t.match(tokens('{groups: ["system:masters"]}'), /no group of bootstrap tokens/)
  t.match(tokens('{usages: [signing]}'), /lacks "authentication"/)
})

t.test('texts', async t => {
  t.ok(isSubdomain('a-1.b'))
  for (const text of ['', 'A', '-a', 'a-', 'a..b', 'a_b', 'a'.repeat(254)]) t.notOk(isSubdomain(text), text)
  t.ok(isCertificateName('*.Example.com'))
  t.notOk(isCertificateName('a.*.com'))
  t.equal(nearest('bindprot', ['bindPort', 'name']), 'bindPort')
  t.equal(nearest('xyz', ['bindPort', 'name']), undefined)
  t.equal(nearest('Cluster', ['ClusterConfiguration', 'name']), 'ClusterConfiguration')
})
