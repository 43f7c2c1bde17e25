import { pinOf } from '../discovery/token.ts'
import { Problem } from '../core/problem.ts'
import type { CommandResult } from '../host/host.ts'
import { initFile, joinFile } from './cluster-configuration.ts'
import { masterName, type LocalCluster } from './context.ts'
import { runInNode } from './nodes.ts'

/** In memory of the node: it holds the token. */
const file = '/run/kubeadm.yaml'

/** Runs `kubeadm init` in the master. */
export async function initMaster({ options, token, host, emit }: LocalCluster): Promise<void> {
  const cgroupV1 = await host.files.status('/sys/fs/cgroup/cgroup.controllers') === undefined
  const content = initFile({ kubernetesVersion: options.kubernetesVersion, token, alone: options.numNodes === 0, cgroupV1, quick: true })
  await runKubeadm('init', masterName(options.name), content, { host, emit })
}

/** Runs `kubeadm join` in a worker, which trusts the master's CA alone. */
export async function joinWorker(worker: string, { options, token, host, emit }: LocalCluster): Promise<void> {
  const master = masterName(options.name)
  const ca = await runInNode(master, ['cat', '/etc/kubernetes/pki/ca.crt'], host)
  if (ca.exitCode !== 0) {
    throw new Problem('master-missing', `${worker} cannot join: ${master} has no CA: ${ca.stderr.trim()}`, ['kubeadm local-cluster down   # then kubeadm local-cluster up'])
  }
  const address = await host.commands.query('docker', ['exec', master, 'hostname', '--ip-address'])
  const content = joinFile({ apiServerEndpoint: `${address.stdout.trim()}:6443`, token, caCertHash: pinOf(ca.stdout) })
  await runKubeadm('join', worker, content, { host, emit })
}

async function runKubeadm(verb: 'init' | 'join', node: string, content: string, { host, emit }: Pick<LocalCluster, 'host' | 'emit'>): Promise<void> {
  await runInNode(node, ['sh', '-euc', 'umask 077; cat >"$1"', 'write', file], host, { input: content })
  const start = host.clock.ticks()
  const timeout = 600_000
  const ended = new AbortController()
  const work = runInNode(node, ['kubeadm', verb, '--config', file], host, { timeout }).finally(() => ended.abort())
  // The program in the node is silent for us until it ends: say at least that it goes on.
  const ticker = async () => {
    while (!ended.signal.aborted) {
      await host.clock.sleep(1_000, ended.signal).catch(() => {})
      if (!ended.signal.aborted) emit({ type: 'wait', target: node, elapsed: host.clock.ticks() - start, timeout, seen: `kubeadm ${verb} runs` })
    }
  }
  const [result] = await Promise.all([work, ticker()])
  if (result.exitCode !== 0) throw failed(verb, node, result)
}

function failed(verb: string, node: string, result: CommandResult): Problem {
  const said = (result.stderr.trim() || result.stdout.trim()).split('\n').slice(-12).join('\n')
  return new Problem(`${verb}-failed`, `kubeadm ${verb} failed in ${node}:\n${said}`,
    [`docker exec -it ${node} kubeadm ${verb} --config ${file} -v`, `docker exec ${node} journalctl --no-pager -u kubelet`,
      'kubeadm local-cluster down   # then kubeadm local-cluster up'])
}
