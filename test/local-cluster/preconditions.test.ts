import t from 'tap'
import { memoryHost } from '../../src/host/memory.ts'
import type { LocalClusterOptions } from '../../src/local-cluster/context.ts'
import { checkNames, checkOptions } from '../../src/local-cluster/preconditions.ts'

const options: LocalClusterOptions = { name: 'kube', numNodes: 1, kubernetesVersion: 'v1.36.3', kubeadm: '/build/kubeadm' }
const withProgram = () => {
  const host = memoryHost({ files: { '/build/kubeadm': 'program' } })
  host.disk.set('/build/kubeadm', { content: 'program', mode: 0o755, kind: 'file' })
  return host
}

t.test('what cannot work is refused with what is wrong', async t => {
  await t.resolves(checkOptions(options, withProgram()))
  await t.rejects(checkOptions({ ...options, name: 'Kube_1' }, withProgram()), { code: 'name-malformed' })
  for (const numNodes of [-1, 1.5, NaN, 51]) await t.rejects(checkOptions({ ...options, numNodes }, withProgram()), { code: 'num-nodes-malformed' })
  await t.rejects(checkOptions({ ...options, kubernetesVersion: 'v1.20.0' }, withProgram()), { code: 'kubernetes-version-unsupported' })
  await t.rejects(checkOptions(options, memoryHost()), { code: 'program-missing', message: /\/build\/kubeadm/ })
  await t.rejects(checkOptions(options, memoryHost({ files: { '/build/kubeadm': 'text' } })), { code: 'program-missing' }, 'not executable')
  await t.rejects(checkOptions(options, memoryHost({ machine: { architecture: 's390x' } })), { code: 'architecture-unsupported' })
})

const ours = 'docker ps --all --filter label=kubeadm.local-cluster=kube --format {{.Names}}'
const all = 'docker ps --all --format {{.Names}}'
const networks = 'docker network ls --format {{.Name}}'

t.test('what is there already is named with the command that removes it', async t => {
  await t.resolves(checkNames(options, memoryHost({ commands: { docker: '', [networks]: 'bridge\nhost' } })))
  await t.rejects(checkNames(options, memoryHost({ commands: { docker: '', [ours]: 'kube-node-1\nkube-master' } })),
    { code: 'cluster-exists', message: /kube-master, kube-node-1/, fix: ['kubeadm local-cluster down'] })
  await t.rejects(checkNames({ ...options, name: 'dev' }, memoryHost({ commands: { docker: '', [ours.replace('=kube ', '=dev ')]: 'dev-master' } })),
    { code: 'cluster-exists', fix: ['kubeadm local-cluster down --name dev'] })
  await t.rejects(checkNames(options, memoryHost({ commands: { docker: '', [all]: 'web\nkube-node-1' } })),
    { code: 'container-exists', message: /: kube-node-1\.$/, fix: ['docker rm --force kube-node-1'] })
  await t.rejects(checkNames(options, memoryHost({ commands: { docker: '', [networks]: 'kubeadm-kube' } })),
    { code: 'network-exists', fix: ['docker network rm kubeadm-kube'] })
})
