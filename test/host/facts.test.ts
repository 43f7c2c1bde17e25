import t from 'tap'
import { gatherFacts } from '../../src/host/facts.ts'
import { memoryHost } from '../../src/host/memory.ts'

t.test('what the configuration\'s defaults are made from', async t => {
  t.same(await gatherFacts(memoryHost({
    commands: { 'kubelet --version': 'Kubernetes v1.36.3' }, services: { 'systemd-resolved': { active: true } }, machine: { hostname: 'vm', defaultAddress: '2001:db8::1' },
  })), { hostname: 'vm', advertiseAddress: '2001:db8::1', criSockets: [], resolvedActive: true, kubeletVersion: 'v1.36.3' })
})

t.test('no kubelet, or one that says something else, has no version', async t => {
  for (const kubelet of [{ exitCode: 127, stderr: 'kubelet: not found' }, { exitCode: 1, stderr: 'v1.2.3 is broken' }, { stdout: 'devel' }]) {
    t.notOk('kubeletVersion' in await gatherFacts(memoryHost({ commands: { 'kubelet --version': kubelet } })))
  }
  t.equal((await gatherFacts(memoryHost({ commands: { 'kubelet --version': 'Kubernetes v1.37.0-alpha.1.5+abc' } }))).kubeletVersion, 'v1.37.0-alpha.1.5+abc')
})
