import t from 'tap'
import { execFile } from 'node:child_process'
import { statSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { agnhost, agnhostImage, testNode } from './nodes.ts'
import { localHost } from '../../src/host/local.ts'
import { ensureImage } from '../../src/local-cluster/image.ts'
import { newestVersion } from '../../src/config/versions.ts'
import { until } from './until.ts'

const kubeadm = join(import.meta.dirname, '../../build/kubeadm')
const home = join(homedir(), '.kubeadm-local-cluster')
const name = 'e2e'

interface Ended { readonly code: number, readonly stdout: string, readonly stderr: string }
async function run(program: string, ...args: readonly string[]): Promise<Ended> {
  try {
    return { code: 0, ...await promisify(execFile)(program, args, { encoding: 'utf8', maxBuffer: 2 ** 24 }) }
  } catch (error) {
    const { code, stdout, stderr } = error as Ended
    return { code, stdout, stderr }
  }
}

interface List { readonly items: readonly { readonly metadata: { readonly name: string }, readonly status: { readonly podIP: string, readonly conditions: readonly { type: string, status: string }[] } }[] }
const host = localHost(() => {}, process.env)
const master = testNode(`${name}-master`, '', host)
const workers = [testNode(`${name}-node-1`, '', host), testNode(`${name}-node-2`, '', host)] as const
const kubectl = async (line: string, input?: string) => await master.output(`kubectl ${line}`, input === undefined ? {} : { input })
const list = async (what: string) => JSON.parse(await kubectl(`get ${what} -o json`)) as List

t.before(async () => { await run(kubeadm, 'local-cluster', 'down', '--name', name) })
t.teardown(async () => { await run(kubeadm, 'local-cluster', 'down', '--name', name) })

t.test('up brings a master and two nodes, all Ready, and says how to use and remove it', async t => {
  const { code, stdout, stderr } = await run(kubeadm, 'local-cluster', 'up', '--name', name)
  t.equal(code, 0, stderr)
  for (const node of [master, ...workers]) t.match(stdout, new RegExp(`^${node.name} .*${newestVersion.replaceAll('.', '\\.')}$`, 'm'))
  t.match(stdout, /local-cluster down --name e2e/)
  const kubeconfig = join(home, 'admin-e2e.conf')
  t.match(stdout, new RegExp(kubeconfig))
  t.equal(statSync(kubeconfig).mode & 0o777, 0o600)
  const nodes = JSON.parse((await run(join(home, 'kubectl'), '--kubeconfig', kubeconfig, 'get', 'nodes', '-o', 'json')).stdout) as List
  t.same(nodes.items.map(node => node.status.conditions.find(condition => condition.type === 'Ready')?.status), ['True', 'True', 'True'])
  t.match(await kubectl('-n kube-system get deployment coredns -o jsonpath={.status.availableReplicas}'), /^[12]$/)
})

t.test('a second cluster of the same name is refused', async t => {
  const { code, stderr } = await run(kubeadm, 'local-cluster', 'up', '--name', name)
  t.equal(code, 1)
  t.match(stderr, /is there already: .*e2e-master[\s\S]*-> kubeadm local-cluster down/)
})

t.test('Pods on both workers reach each other by address, and a Service by its DNS name', async t => {
  const { agnhost: program, ...programs } = await ensureImage({ kubernetesVersion: newestVersion }, host, () => {})
  t.ok(program)
  const image = agnhostImage({ ...programs, ...program !== undefined && { agnhost: program } })
  await Promise.all(workers.map(async worker => await worker.importImage(image)))
  const objects = [
    ...workers.map((worker, index) => ({
      apiVersion: 'v1', kind: 'Pod', metadata: { name: `echo-${index + 1}`, labels: { app: 'echo' } },
      spec: { nodeName: worker.name, containers: [{ name: 'echo', image: agnhost, imagePullPolicy: 'Never', args: ['netexec', '--http-port=8080'], readinessProbe: { httpGet: { path: '/', port: 8080 }, periodSeconds: 1 } }] },
    })),
    { apiVersion: 'v1', kind: 'Service', metadata: { name: 'echo' }, spec: { selector: { app: 'echo' }, ports: [{ port: 80, targetPort: 8080 }] } },
  ]
  await kubectl('apply -f -', JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }))
  await kubectl('wait --for=condition=Ready --timeout=90s pod -l app=echo')
  const [one, two] = (await list('pods -l app=echo')).items
  if (one === undefined || two === undefined) return t.fail('two Pods')
  const dial = async (from: typeof one, to: string, port: number) => JSON.parse(
    await master.output(['curl', '-sS', '--max-time', '20', `http://${from.status.podIP}:8080/dial?request=hostname&protocol=http&host=${to}&port=${port}&tries=1`])) as { responses?: readonly string[], errors?: readonly string[] }
  t.same((await dial(one, two.status.podIP, 8080)).responses, ['echo-2'], 'from the first worker to the second')
  t.same((await dial(two, one.status.podIP, 8080)).responses, ['echo-1'], 'and back')
  await until('the Service answers by its name', 30, async () => {
    const seen = await dial(one, 'echo.default.svc.cluster.local', 80)
    return { ok: /^echo-[12]$/.test(seen.responses?.[0] ?? ''), seen }
  })
  t.match(await kubectl('logs echo-1'), /./, 'the API server may read logs from the kubelets')
})

t.test('bob may do everything, from another machine', async t => {
  const said = await master.output('cd /root && kubeadm user create -o kubeconfig-bob bob')
  t.match(said, /Creating user certificate for user\.\.\.\s+\[done\]/)
  t.match(said, /Waiting for user certificate to be signed\.\.\. \[done\]/)
  t.match(said, /kubeconfig-bob/)
  t.equal(await master.output('stat -c %a /root/kubeconfig-bob'), '600')
  await master.copyOut('/root/kubeconfig-bob', '/tmp/kubeadm-e2e-bob')
  const asBob = async (...args: readonly string[]) => await run(join(home, 'kubectl'), '--kubeconfig', '/tmp/kubeadm-e2e-bob', ...args)
  t.match(await asBob('auth', 'whoami', '-o', 'jsonpath={.status.userInfo.username}'), { code: 0, stdout: 'bob' })
  t.match(await asBob('auth', 'can-i', '*', '*'), { code: 0, stdout: /yes/ })
  t.equal((await asBob('get', 'secrets', '-A')).code, 0)
})

t.test('a narrower user is refused what they may not do', async t => {
  const said = await master.output('cd /root && kubeadm user create -o - --role view --namespace default eve')
  t.match(said, /^apiVersion: v1/, 'standard output is the kubeconfig alone')
  await master.write('/root/eve', said)
  const asEve = async (line: string) => await master.run(`kubectl --kubeconfig /root/eve ${line}`)
  t.match(await asEve('get pods'), { exitCode: 0 })
  t.match(await asEve('get pods -n kube-system'), { exitCode: 1, stderr: /Forbidden/ })
  t.match(await asEve('delete pod echo-1'), { exitCode: 1, stderr: /Forbidden/ })
  t.match(await master.run('kubeadm user create system:masters'), { exitCode: 1, stderr: /system:/ })
})

t.test('a node that was reset leaves nothing, and joins again with a new token', async t => {
  const [worker] = workers
  await worker.output('kubeadm reset --force')
  t.equal(await worker.output('find /etc/kubernetes /var/lib/kubelet /var/lib/kubeadm -type f -not -path "*/manifests/.*" 2>/dev/null || true'), '')
  t.equal(await worker.output('iptables-save | grep KUBE- || true; nft list tables | grep kube-proxy || true'), '')
  t.equal(await worker.output('ctr -n k8s.io containers ls -q; grep /var/lib/kubelet/ /proc/self/mountinfo || true'), '')
  await kubectl(`delete node ${worker.name} --ignore-not-found`)
  const command = await master.output('kubeadm token create --ttl 10m --print-join-command')
  t.match(command, /^kubeadm join [\d.]+:6443 --token [a-z0-9]{6}\.[a-z0-9]{16} --discovery-token-ca-cert-hash sha256:[0-9a-f]{64}$/)
  t.match(await worker.output(`${command} --ignore-preflight-errors=SystemVerification,Swap`), /Joined node to cluster, see 'kubectl get nodes' on master\.$/)
  await until('the node is registered', 20, async () => {
    const seen = await kubectl('get nodes -o name')
    return { ok: seen.includes(`node/${worker.name}`), seen }
  })
})

t.test('tokens can be listed and deleted, and a deleted one is unknown at once', async t => {
  const token = await master.output('kubeadm token create --description "for a test"')
  t.match(await master.output('kubeadm token list'), new RegExp(`${token} .*23h .*for a test`))
  const id = token.slice(0, 6)
  t.equal(await master.output(`kubeadm token delete ${id}`), `bootstrap token "${id}" deleted`)
  t.notMatch(await master.output('kubeadm token list'), new RegExp(token))
  const address = await master.output('hostname --ip-address')
  const joiner = workers[1]
  const before = await joiner.output('find /etc/kubernetes /var/lib/kubelet -type f | sort | xargs sha256sum')
  await until('the deleted token is unknown', 30, async () => {
    const seen = await joiner.run(`kubeadm join node --token=${token} ${address} --ignore-preflight-errors=all`)
    return { ok: seen.exitCode === 1 && /Unable to join: .*Check your token/.test(seen.stderr), seen: seen.stderr }
  })
  t.equal(await joiner.output('find /etc/kubernetes /var/lib/kubelet -type f | sort | xargs sha256sum'), before, 'nothing was written')
})

t.test('down removes everything, and twice is fine', async t => {
  t.match(await run(kubeadm, 'local-cluster', 'down', '--name', name), { code: 0, stdout: /e2e-master/ })
  t.match(await run(kubeadm, 'local-cluster', 'down', '--name', name), { code: 0, stdout: /nothing to remove/ })
  t.equal((await run('docker', 'ps', '--all', '--quiet', '--filter', `name=^${name}-`)).stdout, '')
})
