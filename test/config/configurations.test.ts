import t from 'tap'
import { decode } from '../../src/config/decode.ts'
import type { HostFacts } from '../../src/config/facts.ts'
import type { InitFlags, JoinFlags, ResetFlags } from '../../src/config/flags.ts'
import { initPlan } from '../../src/config/init-plan.ts'
import { joinConfiguration } from '../../src/config/join-configuration.ts'
import { resetConfiguration } from '../../src/config/reset-configuration.ts'

const kubeadm = 'apiVersion: kubeadm.k8s.io/v1beta4'
const facts: HostFacts = { hostname: 'Vm', advertiseAddress: '192.0.2.10', criSockets: [], resolvedActive: false, kubeletVersion: 'v1.35.4' }
const newToken = 'abcdef.0123456789abcdef'
const hash = `sha256:${'0'.repeat(64)}`
const file = (yaml?: string) => yaml === undefined ? {} : { documents: decode(yaml, 'k.yaml') }

const init = (flags: InitFlags = {}, yaml?: string, changed: Partial<HostFacts> = {}) => initPlan({ ...file(yaml), flags, facts: { ...facts, ...changed }, newToken })
const join = (flags: JoinFlags, yaml?: string, pinOptional = false) => joinConfiguration({ ...file(yaml), flags, facts, pinOptional })
const reset = (flags: ResetFlags = {}, yaml?: string, criSockets: readonly string[] = []) => resetConfiguration({ ...file(yaml), flags, facts: { criSockets } })

t.test('init with nothing said', async t => {
  const { configuration, notes } = init()
  t.match(configuration, {
    nodeRegistration: { name: 'vm', criSocket: 'unix:///var/run/containerd/containerd.sock', taints: [{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }] },
    localAPIEndpoint: { advertiseAddress: '192.0.2.10', bindPort: 6443 },
    init: { bootstrapTokens: [{ token: newToken, ttl: '24h0m0s', usages: ['signing', 'authentication'], groups: ['system:bootstrappers:kubeadm:default-node-token'] }] },
    cluster: { kubernetesVersion: 'v1.35.4', networking: { serviceSubnet: '10.96.0.0/12' } },
    generated: { kubelet: true, kubeProxy: true },
  })
  t.strictSame(notes, [])
  t.ok(Object.isFrozen(configuration) && Object.isFrozen(configuration.cluster.networking) && Object.isFrozen(configuration.init.bootstrapTokens[0]?.usages), 'frozen throughout')
  t.equal(init({}, undefined, { resolvedActive: true }).configuration.kubelet['resolvConf'], '/run/systemd/resolve/resolv.conf')
})

t.test('flags win over the file', async t => {
  const yaml = `${kubeadm}\nkind: ClusterConfiguration\nkubernetesVersion: v1.36.1\nnetworking: {podSubnet: 10.1.0.0/16, dnsDomain: file.local}\nfeatureGates: {PublicKeysECDSA: false}
---\n${kubeadm}\nkind: InitConfiguration\nlocalAPIEndpoint: {advertiseAddress: 192.0.2.1, bindPort: 7443}
nodeRegistration: {name: file, ignorePreflightErrors: [Swap]}\nbootstrapTokens: [{token: aaaaaa.aaaaaaaaaaaaaaaa, expires: "2030-01-01T00:00:00Z"}]`
  const { configuration } = init({
    podNetworkCidr: '10.2.0.0/16', kubernetesVersion: '1.36.2', apiserverBindPort: 8443, nodeName: 'Flag', ignorePreflightErrors: ['swap', 'Mem'],
    token: 'bbbbbb.bbbbbbbbbbbbbbbb', tokenTtl: '2h', featureGates: 'NodeLocalCRISocket=true', criSocket: '/run/x.sock', skipPhases: ['addon/kube-proxy'],
  }, yaml)
  t.match(configuration, {
    cluster: { kubernetesVersion: 'v1.36.2', networking: { podSubnet: '10.2.0.0/16', dnsDomain: 'file.local' }, featureGates: { PublicKeysECDSA: false, NodeLocalCRISocket: true }, proxy: { disabled: true }, dns: { disabled: false } },
    localAPIEndpoint: { advertiseAddress: '192.0.2.1', bindPort: 8443 },
    nodeRegistration: { name: 'flag', criSocket: 'unix:///run/x.sock', ignorePreflightErrors: ['swap', 'Mem'] },
    init: { bootstrapTokens: [{ token: 'bbbbbb.bbbbbbbbbbbbbbbb', ttl: '2h0m0s' }] },
  })
  t.equal(configuration.init.bootstrapTokens[0]?.expires, undefined)
  t.match(init({}, yaml).configuration.init.bootstrapTokens[0], { token: 'aaaaaa.aaaaaaaaaaaaaaaa', expires: '2030-01-01T00:00:00Z' })
  t.equal(init({}, yaml).configuration.init.bootstrapTokens[0]?.ttl, undefined)
  t.match(init({ skipPhases: ['addon'] }).configuration.cluster, { dns: { disabled: true }, proxy: { disabled: true } })
})

t.test('versions', async t => {
  const version = (flags: InitFlags, kubeletVersion?: string) => init(flags, undefined, kubeletVersion === undefined ? {} : { kubeletVersion }).configuration.cluster.kubernetesVersion
  t.equal(version({}, 'v1.34.2'), 'v1.34.2')
  t.equal(version({}, 'v1.33.9'), 'v1.36.3', 'an old kubelet is for preflight to report')
  t.equal(version({ kubernetesVersion: 'stable-1.35' }), 'v1.35.7')
  t.match(init({ kubernetesVersion: 'stable-1' }), { configuration: { cluster: { kubernetesVersion: 'v1.36.3' } }, notes: [/"stable-1" is taken as v1\.36\.3/] })
  for (const bad of ['1.20.0', 'v1.99.0', 'stable-1.20', 'ci/latest', 'v1.36', 'x']) t.throws(() => init({ kubernetesVersion: bad }), { code: 'kubernetes-version-unsupported' }, bad)
})

t.test('addresses and runtimes of the machine', async t => {
  t.throws(() => initPlan({ facts: { ...facts, advertiseAddress: undefined }, newToken }), { code: 'advertise-address-unknown' })
  t.equal(init({ apiserverAdvertiseAddress: '0.0.0.0' }).configuration.localAPIEndpoint.advertiseAddress, '192.0.2.10', 'any address is the machine\'s')
  t.equal(init({}, undefined, { criSockets: ['unix:///a.sock'] }).configuration.nodeRegistration.criSocket, 'unix:///a.sock')
  t.throws(() => init({}, undefined, { criSockets: ['unix:///a', 'unix:///b'] }), { code: 'cri-socket-ambiguous', message: /unix:\/\/\/a, unix:\/\/\/b/ })
  t.equal(init({}, `${kubeadm}\nkind: InitConfiguration\nnodeRegistration: {kubeletExtraArgs: [{name: hostname-override, value: Other}]}`).configuration.nodeRegistration.name, 'other')
  t.strictSame(init({}, `${kubeadm}\nkind: InitConfiguration\nnodeRegistration: {taints: []}`).configuration.nodeRegistration.taints, [])
})

t.test('a file that is for something else', async t => {
  const yaml = `${kubeadm}\nkind: ResetConfiguration`
  t.throws(() => init({}, yaml), { code: 'configuration-missing', message: /InitConfiguration/ })
  t.throws(() => join({}, yaml), { code: 'configuration-missing' })
  t.match(init({}, `${yaml}\n---\n${kubeadm}\nkind: ClusterConfiguration`).notes, [/the ResetConfiguration is ignored/])
})

t.test('join', async t => {
  t.match(join({ endpoint: '192.0.2.1', token: newToken }, undefined, true).configuration, {
    caCertPath: '/etc/kubernetes/pki/ca.crt',
    discovery: { bootstrapToken: { token: newToken, apiServerEndpoint: '192.0.2.1:6443', caCertHashes: [], unsafeSkipCAVerification: false }, tlsBootstrapToken: newToken },
    nodeRegistration: { name: 'vm', taints: [] },
  })
  t.equal(join({ endpoint: 'fd00::1', token: newToken }, undefined, true).configuration.discovery.bootstrapToken?.apiServerEndpoint, '[fd00::1]:6443')
  t.match(join({ endpoint: 'm:1', discoveryToken: newToken, tlsBootstrapToken: 'bbbbbb.bbbbbbbbbbbbbbbb', discoveryTokenCaCertHash: [hash] }).configuration.discovery,
    { bootstrapToken: { token: newToken, apiServerEndpoint: 'm:1', caCertHashes: [hash] }, tlsBootstrapToken: 'bbbbbb.bbbbbbbbbbbbbbbb' })
  t.strictSame(join({ discoveryFile: 'file:///a.conf', token: newToken }).configuration.discovery, { file: { kubeConfigPath: '/a.conf' }, tlsBootstrapToken: newToken })
  t.match(join({ endpoint: 'm', token: newToken, controlPlane: true }, undefined, true).configuration,
    { controlPlane: { localAPIEndpoint: { advertiseAddress: '192.0.2.10', bindPort: 6443 } }, nodeRegistration: { taints: [{ effect: 'NoSchedule' }] } })
  t.match(join({ endpoint: 'm', token: newToken, apiserverBindPort: 7 }, undefined, true).notes, [/only matter together with --control-plane/])
})

t.test('join: what a file says', async t => {
  const yaml = `${kubeadm}\nkind: JoinConfiguration\ndiscovery:\n  bootstrapToken: {token: ${newToken}, apiServerEndpoint: m:6443`
  t.throws(() => join({}, `${yaml}}`, true), { code: 'configuration-invalid', message: /^k\.yaml:4:3: discovery\.bootstrapToken\.caCertHashes is empty/ }, 'upstream\'s rule holds for a file')
  t.ok(join({}, `${yaml}, unsafeSkipCAVerification: true}`).configuration)
  t.equal(join({ endpoint: 'other' }, `${yaml}, caCertHashes: ["${hash}"]}`).configuration.discovery.bootstrapToken?.apiServerEndpoint, 'other:6443')
  t.strictSame(join({ discoveryFile: '/f' }, `${yaml}, caCertHashes: ["${hash}"]}`).configuration.discovery.bootstrapToken, undefined, 'a flag chooses the other way')
})

t.test('join: refused', async t => {
  t.throws(() => join({}), { message: /there is no cluster to join/ })
  t.throws(() => join({ token: newToken }, undefined, true), { message: /^the endpoint is missing: which master\?/ })
  t.throws(() => join({ endpoint: 'm', token: 'garbage' }, undefined, true), { code: 'token-malformed', message: '--token is not a token: it has 0 dots instead of one.', fix: [/^Check your token/] })
  t.throws(() => join({ endpoint: 'm' }, undefined, true), { code: 'token-malformed', message: '--token is missing.' })
  t.throws(() => join({ endpoint: 'https://m', token: newToken }, undefined, true), { message: /no host or host:port/ })
  t.throws(() => join({ endpoint: 'm', token: newToken }), { message: /^--discovery-token-ca-cert-hash is empty/ })
  t.throws(() => join({ endpoint: 'm', token: newToken, discoveryTokenCaCertHash: ['sha256:12'] }), { code: 'ca-hash-malformed' })
  t.throws(() => join({ endpoint: 'm', token: newToken, discoveryFile: '/f' }, undefined, true), { message: /are both given/ })
  t.throws(() => join({ discoveryFile: 'http://x/f' }), { message: /neither a path nor an https URL/ })
})

t.test('a token is never shown', async t => {
  for (const token of ['abcdef.0123456789ABCDEF', 'abcdef.0123456789', '0123456789abcdef']) {
    t.throws(() => init({ token }), { code: 'token-malformed', message: /^--token is not a token: (character 18 of 23|it has)/ })
    try { init({ token }) } catch (error) { t.notMatch(`${(error as Error).message}`, /0123456789/) }
  }
})

t.test('reset', async t => {
  t.match(reset().configuration, { certificatesDir: '/etc/kubernetes/pki', criSocket: 'unix:///var/run/containerd/containerd.sock', force: false })
  t.match(reset({ force: true, certDir: '/x' }, `${kubeadm}\nkind: ResetConfiguration\ncertificatesDir: /y\ncleanupTmpDir: yes`).configuration, { certificatesDir: '/x', cleanupTmpDir: true, force: true })
  t.throws(() => reset({ certDir: 'x' }), { message: '--cert-dir "x" is not an absolute path.' })
  t.throws(() => reset({}, undefined, ['unix:///a', 'unix:///b']), { code: 'cri-socket-ambiguous' })
})
