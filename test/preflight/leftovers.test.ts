import t from 'tap'
import { memoryHost } from '../../src/host/memory.ts'
import { directoryAvailable, fileAvailable } from '../../src/preflight/leftovers.ts'
import { clusterMembership, noMembership } from '../../src/preflight/membership.ts'
import { found } from '../fixtures/found.ts'

const kubeconfig = 'apiVersion: v1\nclusters:\n- cluster:\n    server: https://192.0.2.1:6443\n  name: kubernetes\n'

t.test('files and directories', async t => {
  const checks = [fileAvailable('/etc/kubernetes/manifests/etcd.yaml'), directoryAvailable('/var/lib/etcd')]
  t.strictSame((await found(checks)).names, [])
  t.strictSame((await found(checks, { files: { '/var/lib/etcd/': '' } })).names, [], 'empty is fine')
  const left = await found(checks, { files: { '/etc/kubernetes/manifests/etcd.yaml': '', '/var/lib/etcd/member/wal/0': '' } })
  t.strictSame(left.names, ['error FileAvailable--etc-kubernetes-manifests-etcd.yaml', 'error DirAvailable--var-lib-etcd'])
  t.match(left.findings[1]?.message, /holds member\.$/)
  for (const { fix } of left.findings) t.match(fix[0], /kubeadm reset$/)
})

t.test('a machine that is part of a cluster', async t => {
  const membership = async (files: Record<string, string>) => await clusterMembership(memoryHost({ files }))
  const manifest = { '/etc/kubernetes/manifests/kube-apiserver.yaml': '' }
  const certificate = { '/var/lib/kubelet/pki/kubelet-client-current.pem': '' }
  const conf = { '/etc/kubernetes/kubelet.conf': kubeconfig }
  t.equal(await membership({}), undefined)
  t.equal(await membership(conf), undefined, 'prepared by hand, without a CA key')
  t.equal(await membership(manifest), undefined, 'a leftover')
  t.strictSame(await membership({ ...conf, ...certificate }), { role: 'node', server: 'https://192.0.2.1:6443' })
  t.strictSame(await membership({ ...conf, ...certificate, ...manifest }), { role: 'control plane', server: 'https://192.0.2.1:6443' })
})

t.test('it is refused', async t => {
  const { lines, fixes } = await found([noMembership({ role: 'control plane', server: 'https://192.0.2.1:6443' })])
  t.strictSame(lines, ['error ExistingCluster: This machine is already a control plane (cluster at https://192.0.2.1:6443).'])
  t.match(fixes[0], /kubeadm reset$/)
  t.match((await found([noMembership({ role: 'node', server: 'x' })])).lines, [/already a node \(cluster at x\)/])
})
