import t from 'tap'
import { kubeletService, kubeletVersion, kubernetesVersion } from '../../src/preflight/kubelet.ts'
import { found } from '../fixtures/found.ts'

const kubelet = (stdout: string, exitCode = 0) => ({ commands: { 'kubelet --version': { stdout, exitCode } } })

t.test('kubelet versions', async t => {
  const names = async (version: string, controlPlane?: string) =>
    (await found([kubeletVersion('v1.36.3', controlPlane)], kubelet(`Kubernetes v${version}`))).names
  t.strictSame(await names('1.36.3', 'v1.36.3'), [])
  t.strictSame(await names('1.36.9', 'v1.36.3'), [], 'a newer patch is fine')
  t.strictSame(await names('1.33.0', 'v1.36.3'), [], 'three minor versions older')
  t.strictSame(await names('1.32.9', 'v1.36.3'), ['error KubeletVersion'])
  t.strictSame(await names('1.36.0', 'v1.35.4'), ['error KubeletVersion'], 'newer than the control plane')
  t.strictSame(await names('1.37.0'), [], 'a node that joins does not know the control plane yet')
})

t.test('what to do about a kubelet that is too new', async t => {
  const { lines, fixes } = await found([kubeletVersion('v1.36.3', 'v1.35.4')], kubelet('Kubernetes v1.36.3'))
  t.strictSame(lines, ['error KubeletVersion: The kubelet is v1.36.3, newer than the control plane that is to be installed, v1.35.4.'])
  t.strictSame(fixes, ['Install that version of the control plane: --kubernetes-version=v1.36.3', 'Or install the kubelet of 1.35.'])
})

t.test('no kubelet, or one that does not run', async t => {
  const missing = await found([kubeletVersion('v1.36.3')], kubelet('', 127))
  t.match(missing.lines, [/^error KubeletVersion: The kubelet is not installed/])
  t.match(missing.fixes[0], /apt-get install -y kubelet/)
  const broken = await found([kubeletVersion('v1.36.3')], { commands: { kubelet: { exitCode: 126, stderr: 'cannot execute: Exec format error\nmore' } } })
  t.match(broken.lines, [/does not say a version \(exit code 126\): cannot execute: Exec format error$/])
})

t.test('the kubelet service', async t => {
  t.strictSame((await found([kubeletService], { services: { kubelet: { enabled: true } } })).names, [])
  t.match((await found([kubeletService])).lines, [/^warning Service-kubelet: There is no systemd service/])
  const disabled = await found([kubeletService], { services: { kubelet: { enabled: false } } })
  t.strictSame(disabled.names, ['warning Service-kubelet'])
  t.strictSame(disabled.fixes, ['systemctl enable kubelet.service'])
})

t.test('a control plane newer than this program', async t => {
  const names = async (version: string) => (await found([kubernetesVersion('v1.36.3', version)])).names
  t.strictSame(await names('v1.36.9'), [])
  t.strictSame(await names('v1.35.0'), [])
  t.strictSame(await names('v1.37.0-alpha.1'), ['warning KubernetesVersion'])
})
