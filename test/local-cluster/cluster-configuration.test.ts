import t from 'tap'
import { initFile, joinFile } from '../../src/local-cluster/cluster-configuration.ts'

interface Document { readonly kind: string, readonly [key: string]: unknown }
const documents = (text: string) => new Map(text.split('---\n').map(part => JSON.parse(part) as Document).map(document => [document.kind, document]))
const settings = { kubernetesVersion: 'v1.36.3', token: 'abcdef.0123456789abcdef', alone: false, cgroupV1: false, quick: true }

t.test('the master gets the token, a range for Pods and what a container cannot have', async t => {
  const file = documents(initFile(settings))
  t.match(file.get('InitConfiguration'), { bootstrapTokens: [{ token: 'abcdef.0123456789abcdef' }], nodeRegistration: { ignorePreflightErrors: ['SystemVerification', 'Swap'] } })
  t.notHas(file.get('InitConfiguration')?.['nodeRegistration'], { taints: [] })
  t.match(file.get('ClusterConfiguration'), { kubernetesVersion: 'v1.36.3', networking: { podSubnet: '10.244.0.0/16' } })
  t.match(file.get('KubeProxyConfiguration'), { conntrack: { maxPerCore: 0 } })
})

t.test('cgroup v1 is allowed only where the host has it', async t => {
  t.notHas(documents(initFile(settings)).get('KubeletConfiguration'), { failCgroupV1: false })
  t.match(documents(initFile({ ...settings, cgroupV1: true })).get('KubeletConfiguration'), { failCgroupV1: false, cgroupDriver: 'cgroupfs', failSwapOn: false })
})

t.test('a master alone has no taint', async t => {
  t.match(documents(initFile({ ...settings, alone: true })).get('InitConfiguration'), { nodeRegistration: { taints: [] } })
})

t.test('a worker trusts the pinned CA alone', async t => {
  const file = documents(joinFile({ apiServerEndpoint: '172.18.0.2:6443', token: 'abcdef.0123456789abcdef', caCertHash: 'sha256:00' }))
  t.same(file.get('JoinConfiguration')?.['discovery'],
    { bootstrapToken: { apiServerEndpoint: '172.18.0.2:6443', token: 'abcdef.0123456789abcdef', caCertHashes: ['sha256:00'] } })
})
