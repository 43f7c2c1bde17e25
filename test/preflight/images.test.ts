import t from 'tap'
import type { Event } from '../../src/core/event.ts'
import { memoryHost } from '../../src/host/memory.ts'
import { imagePull, type ImagePolicy } from '../../src/preflight/images.ts'
import { found } from '../fixtures/found.ts'

const policy: ImagePolicy = { criSocket: 'unix:///run/containerd/containerd.sock', imagePullPolicy: 'IfNotPresent', imagePullSerial: true }
const apiServer = 'registry.k8s.io/kube-apiserver:v1.36.3'
const etcd = 'registry.k8s.io/etcd:3.6.8-0'
const dns = 'mirror.example:5000/coredns:v1.14.2'

/** A runtime that has some images and answers a pull with an error, if `answer` gives one. */
async function pull(images: readonly string[], present: readonly string[], answer: (image: string, attempt: number) => string | undefined, changed: Partial<ImagePolicy> = {}) {
  const pulled: string[] = []
  const events: Event[] = []
  let closed = 0
  const host = memoryHost({ containerRuntime: {
    images: async () => present,
    pull: async image => {
      pulled.push(image)
      const error = answer(image, pulled.filter(name => name === image).length)
      if (error !== undefined) throw new Error(error)
    },
    close: () => { closed++ },
  } })
  const result = await found([imagePull(images, { ...policy, ...changed }, event => events.push(event))], host)
  return { ...result, pulled, notes: events.flatMap(event => event.type === 'note' ? [event.text] : []), closed, ticks: host.clock.ticks() }
}

t.test('only what is missing is pulled', async t => {
  const { names, pulled, notes, closed } = await pull([apiServer, etcd], [etcd], () => undefined)
  t.strictSame({ names, pulled, notes, closed }, { names: [], pulled: [apiServer], notes: [`Pulling ${apiServer}`], closed: 1 })
})

t.test('Always pulls all', async t => {
  t.strictSame((await pull([apiServer, etcd], [etcd], () => undefined, { imagePullPolicy: 'Always', imagePullSerial: false })).pulled, [apiServer, etcd])
})

t.test('Never pulls nothing, and warns', async t => {
  const { lines, pulled } = await pull([apiServer, etcd], [etcd], () => undefined, { imagePullPolicy: 'Never' })
  t.strictSame(lines, [`warning ImagePull: Missing images, and imagePullPolicy is Never: ${apiServer}.`])
  t.strictSame(pulled, [])
  t.strictSame((await pull([etcd], [etcd], () => undefined, { imagePullPolicy: 'Never' })).names, [])
})

t.test('names without a registry are Docker Hub\'s', async t => {
  t.strictSame((await pull(['me/etcd:1', 'pause:3'], ['docker.io/me/etcd:1', 'docker.io/library/pause:3'], () => undefined)).pulled, [])
})

t.test('a pull that fails is tried again', async t => {
  const { names, pulled, ticks } = await pull([apiServer], [], (_, attempt) => attempt < 3 ? 'connection reset' : undefined)
  t.strictSame({ names, count: pulled.length, ticks }, { names: [], count: 3, ticks: 3000 })
})

t.test('a registry that cannot be reached: all its images in one finding, asked no more', async t => {
  const refused = (image: string) => image === dns ? undefined
    : `failed to pull and unpack image "${image}": failed to do request: Head "https://registry.k8s.io/v2/": dial tcp: lookup registry.k8s.io: no such host`
  const { lines, fixes, pulled, problem } = await pull([apiServer, etcd, dns], [], refused)
  t.strictSame(lines, [`error ImagePull: Missing images that cannot be pulled from registry.k8s.io: ${apiServer}, ${etcd}. ` +
    'Reason: failed to do request: Head "https://registry.k8s.io/v2/": dial tcp: lookup registry.k8s.io: no such host'])
  t.strictSame(pulled, [apiServer, apiServer, apiServer, dns])
  t.equal(fixes[0], 'See whether this machine reaches the registry: curl -I https://registry.k8s.io/v2/')
  t.match(fixes, /ctr -n k8s\.io images import/)
  t.match(problem, { code: 'preflight-failed' })
})

t.test('images that a registry does not have are not asked for twice', async t => {
  const { lines, pulled } = await pull([apiServer, etcd, dns], [], image => `failed to resolve reference "${image}": ${image}: not found`)
  t.strictSame(pulled, [apiServer, etcd, dns])
  t.match(lines, [/from registry\.k8s\.io: .*kube-apiserver:v1\.36\.3, .*etcd:3\.6\.8-0\. /, /from mirror\.example:5000: /])
})
