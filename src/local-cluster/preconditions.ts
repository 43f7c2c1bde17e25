import { resolveVersion } from '../config/versions.ts'
import { Problem } from '../core/problem.ts'
import type { Host } from '../host/host.ts'
import { masterName, workerNames, type LocalClusterOptions } from './context.ts'
import { dockerQuery } from './docker.ts'
import { networkName, networkNames, nodeNames } from './nodes.ts'

/** Refuses what cannot work, before anything is installed or started. */
export async function checkOptions(options: LocalClusterOptions, host: Host): Promise<void> {
  if (!/^[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?$/.test(options.name)) {
    throw new Problem('name-malformed', `"${options.name}" cannot be the name of a local cluster: its nodes' host names begin with it.`,
      ['Use up to 32 small letters, digits and hyphens, such as --name dev'])
  }
  if (!Number.isInteger(options.numNodes) || options.numNodes < 0 || options.numNodes > 50) {
    throw new Problem('num-nodes-malformed', `--num-nodes is the number of workers, from 0 to 50; ${options.numNodes} is not.`, ['--num-nodes 2'])
  }
  resolveVersion(options.kubernetesVersion)
  if (!['amd64', 'arm64'].includes(host.machine.architecture())) {
    throw new Problem('architecture-unsupported', `A local cluster cannot run on ${host.machine.architecture()}.`, ['Use a machine with amd64 or arm64'])
  }
  const program = await host.files.status(await host.files.resolve(options.kubeadm) ?? options.kubeadm)
  if (program?.kind !== 'file' || (program.mode & 0o111) === 0) {
    throw new Problem('program-missing', `${options.kubeadm}, which the nodes are to run, is not a program.`, ['npm run build'])
  }
}

/** Refuses to touch what is there already: this cluster, or something of another owner with a name that is needed. */
export async function checkNames(options: LocalClusterOptions, host: Host): Promise<void> {
  const { name } = options
  const named = name === 'kube' ? '' : ` --name ${name}`
  const ours = await nodeNames(name, host)
  if (ours.length > 0) {
    throw new Problem('cluster-exists', `The local cluster "${name}" is there already: ${ours.toSorted().join(', ')}.`,
      [`kubeadm local-cluster down${named}`, 'Name another one with --name'])
  }
  const wanted = new Set([masterName(name), ...workerNames(options)])
  const foreign = (await dockerQuery(host, ['ps', '--all', '--format', '{{.Names}}'])).split('\n').filter(container => wanted.has(container))
  if (foreign.length > 0) {
    throw new Problem('container-exists', `A container that is no node of ours has a name that is needed: ${foreign.join(', ')}.`,
      [`docker rm --force ${foreign.join(' ')}`, 'Name the cluster differently with --name'])
  }
  const network = networkName(name)
  const networks = (await dockerQuery(host, ['network', 'ls', '--format', '{{.Name}}'])).split('\n')
  if (networks.includes(network)) {
    const fix = (await networkNames(name, host)).includes(network) ? `kubeadm local-cluster down${named}` : `docker network rm ${network}`
    throw new Problem('network-exists', `docker has a network ${network} already.`, [fix, 'Name the cluster differently with --name'])
  }
}
