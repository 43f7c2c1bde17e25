/**
 * Compares init, join and reset with upstream's kubeadm, on fresh nodes of the same kind, in turn. Prints the median of
 * each step and ours divided by theirs. Run it by `npm run bench` while the machine does nothing else.
 */
import { join } from 'node:path'
import { styleText } from 'node:util'
import { newestVersion } from '../src/config/versions.ts'
import { pinOf } from '../src/discovery/token.ts'
import { localHost } from '../src/host/local.ts'
import { initFile, joinFile } from '../src/local-cluster/cluster-configuration.ts'
import { testNodes, type TestNode } from '../test/e2e/nodes.ts'
import { upstreamKubeadm } from '../test/e2e/upstream-kubeadm.ts'

const runs = 3
const token = 'abcdef.0123456789abcdef'
const settled = 20_000

/** Ours divided by upstream's time is to be at most this. */
const steps = { 'init': 0.75, 'join right after init': 0.3, 'join later': 1, 'reset node': 1, 'reset master': 1 }
type Step = keyof typeof steps
type Kubeadm = 'ours' | 'upstream'

interface Sample {
  readonly seconds: number
  /** Peak memory of kubeadm itself, without the programs that it runs: VmHWM, MiB. */
  readonly memory: number
}

/** The shell reads the process's peak while it runs; its end is taken when it ends, whatever the shell does then. */
const measure = `
rm -f /run/bench-*
(
  start=$(date +%s%N)
  sh -c 'echo $$ >/run/bench-pid; exec "$@"' kubeadm kubeadm "$@" >/run/bench-output 2>&1 </dev/null && code=0 || code=$?
  echo "$code $(( $(date +%s%N) - start ))" >/run/bench-end.partial
  mv /run/bench-end.partial /run/bench-end
) &
peak=0
until [ -e /run/bench-end ]; do
  while read -r name value _; do
    [ "$name" != VmHWM: ] || peak=$value
  done 2>/dev/null <"/proc/$(cat /run/bench-pid 2>/dev/null)/status" || true
  sleep 0.03
done
read -r code nanoseconds </run/bench-end
echo "$code $nanoseconds $peak"
[ "$code" = 0 ] || cat /run/bench-output
`

async function timed(node: TestNode, ...args: readonly string[]): Promise<Sample> {
  const [first = '', ...said] = (await node.output(['sh', '-uc', measure, 'measure', ...args])).split('\n')
  const [code, nanoseconds = 0, kibibytes = 0] = first.split(' ').map(Number)
  if (code !== 0) throw new Error(`${node.name}: kubeadm ${args.join(' ')} ended with ${code}\n${said.join('\n')}`)
  return { seconds: nanoseconds / 1e9, memory: kibibytes / 1024 }
}

async function run(kubeadm: string): Promise<Readonly<Record<Step, Sample>>> {
  const { nodes, host, remove } = await testNodes({ prefix: 'bench', count: 2, kubeadm })
  try {
    const [master, worker] = nodes as readonly [TestNode, TestNode]
    const cgroupV1 = await host.files.status('/sys/fs/cgroup/cgroup.controllers') === undefined
    await master.write('/run/init.yaml', initFile({ kubernetesVersion: newestVersion, token, alone: false, cgroupV1, quick: false }))
    const init = await timed(master, 'init', '--config', '/run/init.yaml')
    const caCertHash = pinOf(await master.output(['cat', '/etc/kubernetes/pki/ca.crt']))
    await worker.write('/run/join.yaml', joinFile({ apiServerEndpoint: `${master.address}:6443`, token, caCertHash }))
    const joinNow = await timed(worker, 'join', '--config', '/run/join.yaml')

    await master.output(`until kubectl --kubeconfig /etc/kubernetes/admin.conf get node ${worker.name}; do sleep 0.2; done`)
    const resetNode = await timed(worker, 'reset', '--force')
    await master.output(['kubectl', '--kubeconfig', '/etc/kubernetes/admin.conf', 'delete', 'node', worker.name])
    await host.clock.sleep(settled)
    const joinLater = await timed(worker, 'join', '--config', '/run/join.yaml')
    const resetMaster = await timed(master, 'reset', '--force')
    return { 'init': init, 'join right after init': joinNow, 'join later': joinLater, 'reset node': resetNode, 'reset master': resetMaster }
  } finally {
    await remove()
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN
}

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}

const host = localHost(() => {}, process.env)
const programs: Readonly<Record<Kubeadm, string>> = {
  ours: join(import.meta.dirname, '..', 'build', 'kubeadm'),
  upstream: await upstreamKubeadm(newestVersion, host),
}
const samples: Record<Kubeadm, Readonly<Record<Step, Sample>>[]> = { ours: [], upstream: [] }
for (let index = 0; index < runs; index++) {
  // In turn and in changing order: what slows the machine for a while slows both.
  const order: readonly Kubeadm[] = index % 2 === 0 ? ['ours', 'upstream'] : ['upstream', 'ours']
  for (const kubeadm of order) {
    const sample = await run(programs[kubeadm])
    samples[kubeadm].push(sample)
    say(`run ${index + 1}, ${kubeadm}: ${Object.entries(sample).map(([step, { seconds }]) => `${step} ${seconds.toFixed(2)} s`).join(', ')}`)
  }
}

say(`\nKubernetes ${newestVersion}, median of ${runs} runs\n`)
say('| step | ours | upstream | ratio | aim | memory | upstream | ratio |')
say('|---|---|---|---|---|---|---|---|')
for (const [step, aim] of Object.entries(steps) as [Step, number][]) {
  const of = (kubeadm: Kubeadm, what: keyof Sample) => median(samples[kubeadm].map(sample => sample[step][what]))
  const ratio = of('ours', 'seconds') / of('upstream', 'seconds')
  const shown = styleText(ratio <= aim ? 'green' : 'red', ratio.toFixed(2))
  say(`| ${step} | ${of('ours', 'seconds').toFixed(2)} s | ${of('upstream', 'seconds').toFixed(2)} s | ${shown} | ${aim.toFixed(2)} `
    + `| ${of('ours', 'memory').toFixed(0)} MiB | ${of('upstream', 'memory').toFixed(0)} MiB | ${(of('ours', 'memory') / of('upstream', 'memory')).toFixed(2)} |`)
}
