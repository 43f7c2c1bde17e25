import t from 'tap'
import { join } from 'node:path'
import { newestVersion } from '../../src/config/versions.ts'
import { ignoredInContainers, initConfiguration } from './configuration.ts'
import { testNodes, type TestNode } from './nodes.ts'

const kubeadm = join(import.meta.dirname, '../../build/kubeadm')
const token = 'faults.0123456789abcdef'
const file = '/root/init.yaml'
const { nodes, remove } = await testNodes({ prefix: 'faults', count: 2, kubeadm })
const [master, joiner] = nodes as readonly [TestNode, TestNode]
t.teardown(remove)

const init = ['kubeadm', 'init', 'master', '--config', file]
const configured = initConfiguration(token, newestVersion)
await master.write(file, configured)

/** Every file that a cluster leaves on a node; the cache is that of the kubectl which this test calls itself. */
const traces = async (node: TestNode) =>
  await node.output('find /etc/kubernetes /var/lib/kubelet /var/lib/kubeadm /var/lib/etcd /root/.kube -type f -not -path "*/.kube/cache/*" 2>/dev/null | sort || true')
const seconds = async <Result>(act: () => Promise<Result>) => {
  const start = performance.now()
  return { result: await act(), took: (performance.now() - start) / 1000 }
}

t.test('what the machine lacks is named before anything is written', async t => {
  const cases: readonly { what: string, breaks: string, mends: string, says: RegExp }[] = [
    { what: 'no kubelet', breaks: 'mv /usr/bin/kubelet /usr/bin/kubelet.away', mends: 'mv /usr/bin/kubelet.away /usr/bin/kubelet', says: /KubeletVersion\][\s\S]*-> .*kubelet/ },
    { what: 'containerd stopped', breaks: 'systemctl stop containerd', mends: 'systemctl start containerd', says: /\[ERROR CRI\][\s\S]*-> .*systemctl .*start.* containerd|\[ERROR CRI\][\s\S]*systemctl enable --now containerd/ },
    { what: 'port 6443 taken', breaks: 'systemd-run --quiet --unit=squatter socat TCP-LISTEN:6443,fork /dev/null; sleep 0.5', mends: 'systemctl stop squatter', says: /\[ERROR Port-6443\][\s\S]*socat/ },
  ]
  for (const { what, breaks, mends, says } of cases) {
    await master.output(breaks)
    const { exitCode, stderr } = await master.run(init)
    await master.output(mends)
    t.equal(exitCode, 1, what)
    t.match(stderr, says, what)
    t.equal(await traces(master), '', `${what}: nothing was written`)
  }
})

t.test('a configuration with mistakes is refused with the line of each', async t => {
  await master.write('/root/wrong.yaml', configured.replace('"kind": "ClusterConfiguration",', '"kind": "ClusterConfiguration",\n  "clusterNam": "x",\n  "certificatesDir": 5,'))
  const { exitCode, stderr } = await master.run(['kubeadm', 'init', '--config', '/root/wrong.yaml'])
  t.equal(exitCode, 1)
  t.match(stderr, /wrong\.yaml:\d+.*clusterNam/)
  t.match(stderr, /wrong\.yaml:\d+.*certificatesDir/)
  t.equal(await traces(master), '')
})

t.test('a control plane that crashes is named with its own words, soon, and the same command goes on when it is mended', async t => {
  await master.write(file, configured.replace('"kind": "ClusterConfiguration",', '"kind": "ClusterConfiguration",\n  "apiServer": { "extraArgs": [{ "name": "feature-gates", "value": "NoSuchGate=true" }] },'))
  const { result, took } = await seconds(async () => await master.run(init))
  t.equal(result.exitCode, 1)
  t.match(result.stderr, /kube-apiserver does not stay up[\s\S]*NoSuchGate[\s\S]*-> .*feature gates/)
  t.ok(took < 45, `it took ${took.toFixed(0)} s`)
  t.notMatch(result.stderr, / {4}at /, 'no stack trace')
  const authority = await master.output('sha256sum /etc/kubernetes/pki/ca.crt /etc/kubernetes/pki/ca.key')
  await master.write(file, configured)
  await master.output(init)
  t.equal(await master.output('sha256sum /etc/kubernetes/pki/ca.crt /etc/kubernetes/pki/ca.key'), authority, 'with the same CA')
  t.match(await master.output('kubectl get nodes'), /faults-1/)
})

t.test('init on a master is refused', async t => {
  const before = await master.output('sha256sum /etc/kubernetes/pki/ca.crt')
  t.match(await master.run(init), { exitCode: 1, stderr: /already a control plane \(cluster at https:[\s\S]*-> .*kubeadm reset/ })
  t.equal(await master.output('sha256sum /etc/kubernetes/pki/ca.crt'), before)
})

t.test('a join that cannot work says why, in time, and leaves nothing', async t => {
  const expired = await master.output('kubeadm token create --ttl 1s')
  const pin = `sha256:${'0'.repeat(64)}`
  await master.output('systemd-run --quiet --unit=stranger openssl s_server -accept 7443 -www -key /etc/kubernetes/pki/ca.key -cert /etc/kubernetes/pki/ca.crt')
  const cases: readonly { what: string, command: string, says: RegExp, within: number }[] = [
    { what: 'garbage token', command: `kubeadm join node --token=GARBAGE ${master.address}`, says: /Unable to join: .*Check your token/, within: 10 },
    { what: 'wrong secret', command: `kubeadm join node --token=${token.slice(0, 7)}ffffffffffffffff ${master.address}`, says: /Unable to join: .*Check your token/, within: 10 },
    { what: 'expired token', command: `kubeadm join node --token=${expired} ${master.address}`, says: /Unable to join: .*Check your token/, within: 20 },
    { what: 'nobody at the address', command: `kubeadm join node --token=${token} ${joiner.address}`, says: /Unable to join: .*refused[\s\S]*-> /, within: 30 },
    { what: 'somebody else at the port', command: `kubeadm join node --token=${token} ${master.address}:7443`, says: /Unable to join: .*not a Kubernetes API server/, within: 10 },
    { what: 'wrong pin', command: `kubeadm join ${master.address}:6443 --token ${token} --discovery-token-ca-cert-hash ${pin}`, says: /Unable to join: .*is not the pinned one/, within: 10 },
    { what: 'no kubelet', command: `mv /usr/bin/kubelet /usr/bin/k; kubeadm join node --token=${token} ${master.address} || code=$?; mv /usr/bin/k /usr/bin/kubelet; exit $code`, says: /KubeletVersion/, within: 20 },
  ]
  for (const { what, command, says, within } of cases) {
    const { result: { exitCode, stdout, stderr }, took } = await seconds(async () => await joiner.run(command.replace('kubeadm join', `kubeadm join ${ignoredInContainers}`)))
    t.equal(exitCode, 1, what)
    t.match(stderr, says, what)
    t.ok(took < within, `${what} took ${took.toFixed(1)} s`)
    t.notMatch(stdout + stderr, /0123456789abcdef|GARBAGE|ffffffffffffffff/, `${what}: the secret is not shown`)
    t.equal(await traces(joiner), '', `${what}: nothing was left`)
  }
  await master.output('systemctl stop stranger')
  t.match(await joiner.output(`kubeadm join node ${ignoredInContainers} --token=${token} ${master.address}`), /Joined node to cluster/)
  t.equal(await joiner.output('ls /etc/kubernetes'), 'kubelet.conf\nmanifests\npki', 'the token is not on the disk')
})

t.test('reset leaves nothing of ours', async t => {
  for (const node of nodes) {
    await node.output('kubeadm reset --force')
    t.equal(await traces(node), '')
    t.equal(await node.output('iptables-save | grep KUBE- || true; ip6tables-save | grep KUBE- || true'), '', 'no rules')
    t.equal(await node.output('ctr -n k8s.io containers ls -q; grep " /var/lib/kubelet/" /proc/self/mountinfo || true'), '', 'no containers and mounts')
    t.equal(await node.output('ip -brief link | grep -vE "^(lo|eth0|sit0|tunl0|ip6tnl0)" || true'), '', 'no interfaces')
    t.equal((await node.run('kubeadm reset --force')).exitCode, 0, 'twice is fine')
  }
  t.match(await master.run('kubeadm reset </dev/null'), { exitCode: 1, stderr: /not confirmed[\s\S]*--force/ })
})

t.test('init that is killed in any phase goes on when it is run again, with the same CA', async t => {
  const phases = ['certs', 'kubeconfig', 'etcd', 'control-plane', 'kubelet-start', 'wait-control-plane', 'upload-config', 'bootstrap-token', 'addon']
  let authority = ''
  for (const phase of phases) {
    // Killed as soon as it says that the phase has begun: busy looking, because some phases last milliseconds only.
    await master.output(`kubeadm init --config ${file} -v >/tmp/out 2>&1 & pid=$!
      until grep -q '\\[${phase}\\] start' /tmp/out || ! kill -0 $pid 2>/dev/null; do :; done
      kill -KILL $pid 2>/dev/null || true; wait $pid || true`)
    t.match(await master.output('cat /tmp/out'), new RegExp(`\\[${phase}\\] start`), `it came as far as ${phase}`)
    const found = await master.output('sha256sum /etc/kubernetes/pki/ca.crt 2>/dev/null || true')
    if (authority !== '') t.equal(found, authority, `the same CA after ${phase}`)
    authority = found
    t.equal(await master.output('find /etc/kubernetes -type f -size 0'), '', 'no torn file')
  }
  await master.output(init)
  t.equal(await master.output('sha256sum /etc/kubernetes/pki/ca.crt'), authority)
  t.match(await master.output('kubectl get nodes'), /faults-1/)
  t.equal(await master.output('find /etc/kubernetes /var/lib/kubeadm -name ".*.kubeadm"'), '', 'no temporary file')
})

t.test('a second kubeadm waits for nobody: it says who is at work', async t => {
  const outcome = await joiner.output(`kubeadm join node ${ignoredInContainers} --token=${token} ${joiner.address} >/tmp/first 2>&1 & sleep 1.5; kubeadm reset --force 2>&1 || true; wait`)
  t.match(outcome, /Another kubeadm is at work on this machine: kubeadm join/)
})
