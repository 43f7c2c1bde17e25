import t from 'tap'
import { Problem } from '../../src/core/problem.ts'
import type { RuntimeStatus } from '../../src/host/container-runtime.ts'
import { containerRuntime, containerRuntimeVersion } from '../../src/preflight/runtime.ts'
import { found } from '../fixtures/found.ts'

const endpoint = 'unix:///var/run/crio/crio.sock'
const checks = [containerRuntime(endpoint), containerRuntimeVersion(endpoint)]
const status = (changed: Partial<RuntimeStatus>) => ({ containerRuntime: {
  status: async () => ({ runtimeName: 'cri-o', runtimeVersion: '1.34.0', ready: true, reason: '', cgroupDriver: 'systemd' as const, ...changed }),
} })

t.test('ready', async t => {
  t.strictSame((await found(checks, status({}))).names, [])
})

t.test('not ready', async t => {
  const { lines, fixes } = await found(checks, status({ ready: false, reason: 'Shim: no runc' }))
  t.match(lines, [/^error CRI: .*\(cri-o\).* not ready: Shim: no runc\.$/])
  t.match(fixes, [/journalctl -u crio/, /systemctl restart crio/])
})

t.test('too old to tell its cgroup driver', async t => {
  const old = { containerRuntime: { status: async () => ({ runtimeName: 'containerd', runtimeVersion: '1.7.2', ready: true, reason: '' }) } }
  t.match((await found(checks, old)).lines, [/^warning ContainerRuntimeVersion: containerd 1\.7\.2 /])
})

t.test('unreachable is said once', async t => {
  const problem = new Problem('container-runtime-unreachable', 'No container runtime.', ['systemctl enable --now crio'])
  const { lines, fixes } = await found(checks, { containerRuntime: { status: async () => { throw problem } } })
  t.strictSame(lines, ['error CRI: No container runtime.'])
  t.strictSame(fixes, ['systemctl enable --now crio'])
})
