import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { load, loadAll } from 'js-yaml'
import t from 'tap'
import { execute } from '../../src/core/execute.ts'
import type { KubernetesObject } from '../../src/cluster/cluster.ts'
import { plan } from '../../src/core/plan.ts'
import { memoryHost } from '../../src/host/memory.ts'
import { addon } from '../../src/phases/addon.ts'
import { bootstrapToken } from '../../src/phases/bootstrap-token.ts'
import { controlPlane } from '../../src/phases/control-plane.ts'
import { etcd } from '../../src/phases/etcd.ts'
import { kubeletStart } from '../../src/phases/kubelet-start.ts'
import { uploadConfig } from '../../src/phases/upload-config.ts'
import { initContext, planOf } from '../fixtures/init-plan.ts'

const golden = join(import.meta.dirname, '..', 'golden', 'manifests')
const read = (...path: string[]) => readFileSync(join(golden, ...path), 'utf8')
const machine = JSON.parse(read('machine.json')) as { hostname: string, environment: Record<string, string>, caDirectories: string[] }

const hashAnnotation = 'kubeadm.kubernetes.io/component-config.hash'

const folders: Readonly<Record<string, string>> = {
  'config.yaml': '/var/lib/kubelet', 'instance-config.yaml': '/var/lib/kubelet', 'kubeadm-flags.env': '/var/lib/kubelet',
}

/** What the phases make of a configuration: the machine and the cluster after them. */
async function made(configuration: string, certificatesDir: string) {
  const context = initContext(planOf(configuration), memoryHost({
    files: Object.fromEntries([
      ...['ca.crt', 'ca.key'].map(name => [`${certificatesDir}/${name}`, 'the CA']),
      ...machine.caDirectories.map(path => [`${path}/`, '']),
    ]),
    machine: { hostname: machine.hostname, environment: machine.environment },
    services: { kubelet: {} },
  }))
  await execute(plan([etcd, controlPlane, kubeletStart, uploadConfig, bootstrapToken, addon]), context, context.emit)
  return context
}

for (const file of readdirSync(join(golden, 'configurations'))) {
  const name = basename(file, '.yaml')
  t.test(`${name}: the same as upstream makes`, async t => {
    const { host, cluster } = await made(read('configurations', file), name === 'custom-places' ? '/srv/kubernetes/pki' : '/etc/kubernetes/pki')

    for (const file of readdirSync(join(golden, name)).filter(file => file !== 'objects.yaml')) {
      const text = host.disk.get(`${folders[file] ?? '/etc/kubernetes/manifests'}/${file}`)?.content
      const wanted = read(name, file)
      if (file.endsWith('.yaml')) t.strictSame(load(text ?? ''), load(wanted), file)
      else t.equal(text, wanted, file)
    }
    t.equal(host.disk.has('/etc/kubernetes/manifests/etcd.yaml'), readdirSync(join(golden, name)).includes('etcd.yaml'), 'etcd')

    const wanted = (loadAll(read(name, 'objects.yaml')) as KubernetesObject[]).map(comparable)
    const ours = [...cluster.objects.values()].map(comparable)
    t.strictSame(ours.map(key).toSorted(), wanted.map(key).toSorted(), 'the objects')
    for (const object of wanted) t.strictSame(ours.find(other => key(other) === key(object)), object, key(object))
  })
}

function key({ kind, metadata }: KubernetesObject): string {
  return `${kind} ${metadata.namespace ?? ''}/${metadata.name}`
}

/**
 * An object without what differs on purpose, its texts of YAML parsed:
 * - the signatures in cluster-info: upstream leaves them to the controller, whose nodes wait for it;
 * - the hash of kube-proxy's generated configuration: that of our own text, whose kubeconfig has its keys in order (that it is there is compared);
 * - `apiGroup` of groups and users in bindings: what the API server fills in, and an apply must not take back;
 * - a container's empty `resources`, the status and the resource version, which an apply leaves out.
 */
function comparable(object: KubernetesObject): KubernetesObject {
  const { status: _status, ...rest } = JSON.parse(JSON.stringify(object), (name, value: unknown) => {
    if (name === 'resourceVersion') return undefined
    if (name === 'resources' && JSON.stringify(value) === '{}') return undefined
    if (name === hashAnnotation && object.metadata.name === 'kube-proxy') return typeof value === 'string' && /^sha256:[0-9a-f]{64}$/.test(value)
    if (name === 'subjects') return (value as { apiGroup?: string }[]).map(({ apiGroup: _apiGroup, ...subject }) => subject)
    return value
  }) as KubernetesObject
  if (rest.kind !== 'ConfigMap') return rest
  const data = Object.entries(rest['data'] as Record<string, string>).filter(([name]) => !name.startsWith('jws-kubeconfig-'))
    .map(([name, text]) => [name, name === 'Corefile' ? text : load(text)])
  return { ...rest, data: Object.fromEntries(data) }
}
