import { readdirSync, readFileSync } from 'node:fs'
import { join, parse } from 'node:path'
import { load, loadAll } from 'js-yaml'
import t from 'tap'
import { storedClusterConfiguration } from '../../src/config/cluster-configuration.ts'
import { decode } from '../../src/config/decode.ts'
import type { HostFacts } from '../../src/config/facts.ts'
import { initPlan } from '../../src/config/init-plan.ts'
import { joinConfiguration } from '../../src/config/join-configuration.ts'
import { resetConfiguration } from '../../src/config/reset-configuration.ts'
import type { Documents } from '../../src/config/documents.ts'
import { images } from '../../src/config/versions.ts'

type Data = { readonly [key: string]: unknown }

const golden = join(import.meta.dirname, '..', 'golden', 'config')
const read = (...path: string[]) => readFileSync(join(golden, ...path), 'utf8')
const inputs = readdirSync(join(golden, 'input'))
const facts: HostFacts = { hostname: 'unused', advertiseAddress: '192.0.2.99', criSockets: [], resolvedActive: false }
const newToken = 'abcdef.0123456789abcdef'

/** What we make of a file, by kind. */
function made(documents: Documents): Readonly<Record<string, unknown>> {
  if (documents.join !== undefined) return { JoinConfiguration: joinConfiguration({ documents, facts }).configuration }
  if (documents.reset !== undefined) return { ResetConfiguration: resetConfiguration({ documents, facts }).configuration }
  const { configuration } = initPlan({ documents, facts, newToken })
  return { InitConfiguration: configuration.init, ClusterConfiguration: configuration.cluster }
}

/**
 * Without the zero values, which mean the same as absent ones, and without what differs on purpose: upstream's migrate
 * loses timeouts.controlPlaneComponentHealthCheck of an InitConfiguration, whatever the file says.
 */
function comparable(value: unknown, kind: string): unknown {
  const { apiVersion: _apiVersion, kind: _kind, ...fields } = withoutZeros(value) as Data
  if (kind !== 'InitConfiguration') return fields
  const { controlPlaneComponentHealthCheck: _lost, ...timeouts } = fields['timeouts'] as Data
  return { ...fields, timeouts }
}

function withoutZeros(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutZeros)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, child]) => [key, withoutZeros(child)] as const)
  return Object.fromEntries(entries.filter(([, child]) => child !== undefined && child !== null && child !== '' && child !== false && child !== 0 &&
    !(typeof child === 'object' && Object.keys(child).length === 0)))
}

for (const file of inputs) {
  const { name } = parse(file)
  t.test(`${name}: decoded, defaulted and mixed as upstream does`, async t => {
    const ours = made(decode(read('input', file), file))
    for (const document of loadAll(read('output', `${name}.yaml`)) as { kind: string }[]) {
      t.strictSame(comparable(ours[document.kind], document.kind), comparable(document, document.kind), document.kind)
    }
  })

  t.test(`${name}: what upstream writes is read back the same`, async t => {
    const [ours, again] = [made(decode(read('input', file), file)), made(decode(read('output', `${name}.yaml`), file))]
    for (const kind of Object.keys(ours)) t.strictSame(comparable(again[kind], kind), comparable(ours[kind], kind), kind)
  })
}

for (const file of inputs.filter(file => file.startsWith('init-'))) {
  t.test(`${file}: the images`, async t => {
    const { configuration } = initPlan({ documents: decode(read('input', file), file), facts, newToken })
    t.strictSame(images(configuration.cluster), read('output', `${parse(file).name}.images`).trim().split('\n'))
  })
}

t.test('component configurations of the user', async t => {
  const { configuration, notes } = initPlan({ documents: decode(read('input', 'components.yaml'), 'components.yaml'), facts, newToken })
  t.strictSame({ ...configuration.kubelet, containerRuntimeEndpoint: 'unix:///var/run/containerd/containerd.sock' }, load(read('output', 'components.kubelet.yaml')))
  const configMap = (loadAll(read('output', 'components.kube-proxy.yaml')) as { kind: string, data: Record<string, string> }[]).find(object => object.kind === 'ConfigMap')
  t.strictSame(configuration.kubeProxy, load(configMap?.data['config.conf'] ?? ''))
  t.strictSame(configuration.generated, { kubelet: false, kubeProxy: false })
  t.match(notes, [/clusterDNS.*fd00::53.*fd00:10:96::a/, /healthzPort is 10300/, /rotateCertificates/, /clusterCIDR/])
})

t.test('component configurations of nobody', async t => {
  const [, , kubelet, kubeProxy] = loadAll(read('output', 'defaults.yaml'))
  const { configuration } = initPlan({ facts, newToken })
  t.strictSame(configuration.kubelet, kubelet)
  t.strictSame(configuration.kubeProxy, kubeProxy)
  t.strictSame(configuration.generated, { kubelet: true, kubeProxy: true })
})

t.test('the configuration that a cluster keeps', async t => {
  const [, stored = ''] = read('output', 'init-rich.yaml').split('---\n')
  const { configuration } = initPlan({ documents: decode(read('input', 'init-rich.yaml'), 'x'), facts, newToken })
  t.strictSame(storedClusterConfiguration(stored), { configuration: configuration.cluster, notes: [] })
  const { notes } = storedClusterConfiguration(`${stored}newField: 1\n`)
  t.match(notes, [/kubeadm-config, line \d+: "newField" is not a field/])
  t.throws(() => storedClusterConfiguration('a: 1'), { code: 'cluster-configuration-unreadable' })
})
