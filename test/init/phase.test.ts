import t from 'tap'
import { initPhase } from '../../src/init/phase.ts'
import { memoryHost, type MemoryHost } from '../../src/host/memory.ts'
import type { InitFlags } from '../../src/config/flags.ts'

const machine = () => memoryHost({ commands: { kubelet: 'Kubernetes v1.36.3' } })
const run = async (host: MemoryHost, line: string, flags: InitFlags = {}) => {
  await initPhase({ words: line.split(' '), flags: { certDir: '/out/pki', ...flags }, kubeconfig: '/etc/kubernetes/admin.conf', kubeconfigDirectory: '/out' }, host, () => {})
  return [...host.disk].filter(([, file]) => file.kind === 'file').map(([path]) => path).toSorted()
}

t.test('one phase, or all below one, in the folders that were asked for', async t => {
  const host = machine()
  t.strictSame(await run(host, 'certs ca'), ['/out/pki/ca.crt', '/out/pki/ca.key'])
  t.equal((await run(host, 'certs all')).length, 22)
  t.strictSame((await run(host, 'kubeconfig admin')).filter(path => path.endsWith('.conf')), ['/out/admin.conf'])
  t.equal((await run(host, 'kubeconfig all')).filter(path => path.endsWith('.conf')).length, 5)
})

t.test('a phase that is unknown, or has others below it, is named with those that there are', async t => {
  await t.rejects(run(machine(), 'certificates'), { code: 'phase-unknown' })
  await t.rejects(run(machine(), 'certs nonsense'), { code: 'phase-unknown' })
  await t.rejects(run(machine(), 'kubeconfig'), { code: 'phase-incomplete', fix: ['kubeadm init phase kubeconfig all', 'Or one of: admin, super-admin, kubelet, controller-manager, scheduler'] })
})

t.test('the configuration is checked as for init', async t => {
  await t.rejects(run(machine(), 'certs all', { serviceCidr: 'nonsense' }), { message: /nonsense/ })
})
