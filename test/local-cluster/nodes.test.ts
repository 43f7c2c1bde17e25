import t from 'tap'
import { memoryHost } from '../../src/host/memory.ts'
import { removeNodes, runInNode, startNodes } from '../../src/local-cluster/nodes.ts'

const silent = () => {}
const inspect = 'docker inspect --format {{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}} dev-master'

t.test('a node has a network of its own, the host\'s name servers, and less than --privileged', async t => {
  const host = memoryHost({
    files: { '/etc/resolv.conf': 'nameserver 127.0.0.53\n', '/run/systemd/resolve/resolv.conf': 'nameserver 192.0.2.53\nnameserver 192.0.2.54\n' },
    commands: { docker: '', [inspect]: '172.18.0.2' },
  })
  const nodes = await startNodes({ cluster: 'dev', image: 'image:1', names: ['dev-master'], kubeadm: '/opt/kubeadm' }, host, silent)
  t.same(nodes, [{ name: 'dev-master', address: '172.18.0.2' }])
  t.equal(host.ran[0], 'docker network create --label kubeadm.local-cluster=dev kubeadm-dev')
  const run = host.ran.find(line => line.startsWith('docker run')) ?? ''
  t.match(run, /--name dev-master --hostname dev-master --network kubeadm-dev --label kubeadm\.local-cluster=dev/)
  t.match(run, /--cap-add ALL --cap-drop SYS_RESOURCE/)
  t.match(run, /--env NAMESERVERS=192\.0\.2\.53 192\.0\.2\.54 image:1$/)
  t.notMatch(run, /--privileged|lib\/modules/)
  t.ok(host.ran.includes('docker cp --follow-link /opt/kubeadm dev-master:/usr/bin/kubeadm'))
})

t.test('a node that ends instead of starting says its last words', async t => {
  const host = memoryHost({
    commands: {
      docker: '',
      'docker exec dev-master systemctl is-active containerd': { exitCode: 1, stderr: 'not running' },
      'docker inspect --format {{.State.Status}} {{.State.ExitCode}} dev-master': 'exited 255',
      'docker logs --tail 3 dev-master': { stderr: 'Failed to mount cgroup' },
    },
  })
  await t.rejects(startNodes({ cluster: 'dev', image: 'image:1', names: ['dev-master'] }, host, silent),
    { code: 'node-exited', message: /exit code 255: Failed to mount cgroup/ })
})

const list = {
  'docker ps --all --filter label=kubeadm.local-cluster=dev --format {{.Names}}': 'dev-node-1\ndev-master',
  'docker network ls --filter label=kubeadm.local-cluster=dev --format {{.Name}}': 'kubeadm-dev',
}

t.test('a cluster is removed with its volumes, and only by its label', async t => {
  const host = memoryHost({ commands: { ...list, docker: '' } })
  t.same(await removeNodes('dev', host), ['dev-node-1', 'dev-master', 'kubeadm-dev'])
  t.ok(host.ran.includes('docker rm --force --volumes dev-node-1 dev-master'))
  t.same(await removeNodes('dev', memoryHost({ commands: { docker: '' } })), [], 'nothing there is fine')
})

t.test('a network that something else has joined is named with who it is', async t => {
  const host = memoryHost({
    commands: {
      ...list,
      docker: '',
      'docker network rm kubeadm-dev': { exitCode: 1, stderr: 'has active endpoints' },
      'docker network inspect --format {{range .Containers}}{{println .Name}}{{end}} kubeadm-dev': 'web\n\n',
    },
  })
  await t.rejects(removeNodes('dev', host), { code: 'network-in-use', message: /still used by web/, fix: [/network disconnect --force kubeadm-dev web/] })
})

t.test('a command in a node gets its input, and its failure is a result', async t => {
  const host = memoryHost({ commands: { 'docker exec --interactive dev-master cat': 'hello', 'docker exec dev-master false': { exitCode: 1 } } })
  t.equal((await runInNode('dev-master', ['cat'], host, { input: 'hello' })).stdout, 'hello')
  t.equal((await runInNode('dev-master', ['false'], host)).exitCode, 1)
})
