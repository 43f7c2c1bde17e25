import t from 'tap'
import { join } from 'node:path'
import { newestVersion } from '../../src/config/versions.ts'
import { ignoredInContainers, initConfiguration } from './configuration.ts'
import { testNodes, type TestNode } from './nodes.ts'
import { until } from './until.ts'
import { upstreamKubeadm } from './upstream-kubeadm.ts'

const kubeadm = join(import.meta.dirname, '../../build/kubeadm')
const token = 'interp.0123456789abcdef'
const { nodes, host, remove } = await testNodes({ prefix: 'interop', count: 2, kubeadm })
const [master, worker] = nodes as readonly [TestNode, TestNode]
t.teardown(remove)

const upstreamProgram = await upstreamKubeadm(newestVersion, host)
const upstream = '/root/kubeadm-upstream'
const configuration = initConfiguration(token, newestVersion)

/** A kubelet that has its certificate registers its Node moments later. */
async function registered(name: string): Promise<void> {
  await until(`the node ${name} is registered`, 20, async () => {
    const seen = await master.output('kubectl --kubeconfig /etc/kubernetes/admin.conf get nodes -o name')
    return { ok: seen.includes(`node/${name}`), seen }
  })
}

async function pinOn(node: TestNode): Promise<string> {
  return await node.output('openssl x509 -in /etc/kubernetes/pki/ca.crt -noout -pubkey | openssl pkey -pubin -outform der | sha256sum | cut -d" " -f1')
}

for (const node of nodes) {
  await node.copyIn(upstreamProgram, upstream)
  await node.write('/root/init.yaml', configuration)
}

t.test('upstream\'s kubeadm joins a node to our cluster and reads its objects', async t => {
  await master.output('kubeadm init master --config /root/init.yaml')
  const said = await worker.output(`${upstream} join ${master.address}:6443 --token ${token} --discovery-token-ca-cert-hash sha256:${await pinOn(master)} ${ignoredInContainers}`)
  t.match(said, /This node has joined the cluster/)
  await registered(worker.name)
  t.match(await master.output(`${upstream} token list`), /interp\.0123456789abcdef/)
  t.match(await master.output(`${upstream} certs check-expiration`), /apiserver-etcd-client/)
  t.match(await master.output(`${upstream} token create --print-join-command`), /^kubeadm join/)
})

t.test('our reset cleans up after upstream\'s join, and upstream\'s init runs on what our reset left', async t => {
  for (const node of nodes) await node.output('kubeadm reset --force')
  t.equal(await worker.output('find /etc/kubernetes /var/lib/kubelet -type f'), '')
  t.match(await master.output(`${upstream} init --config /root/init.yaml`), /control-plane has initialized successfully/)
})

t.test('we join a node to upstream\'s cluster, make a user and tokens there', async t => {
  const pinned = `--discovery-token-ca-cert-hash sha256:${await pinOn(master)}`
  t.match(await worker.output(`kubeadm join ${master.address}:6443 --token ${token} ${pinned} ${ignoredInContainers}`), /Joined node to cluster/)
  await registered(worker.name)
  t.match(await master.output('cd /root && kubeadm user create -o bob bob && kubectl --kubeconfig bob auth whoami'), /bob/)
  t.match(await master.output('kubeadm token create --print-join-command'), /^kubeadm join [\d.]+:6443/)
  t.match(await master.output('kubeadm token list'), /interp\.0123456789abcdef/)
})

t.test('our reset cleans up after upstream\'s init', async t => {
  await master.output('kubeadm reset --force')
  t.equal(await master.output('find /etc/kubernetes /var/lib/kubelet /var/lib/etcd -type f'), '')
  t.equal(await master.output('iptables-save | grep KUBE- || true'), '')
})
