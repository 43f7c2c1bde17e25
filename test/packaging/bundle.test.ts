import { join } from 'node:path'
import t from 'tap'
import { bundle } from '../../packaging/bundle.ts'

const { code, eager } = await bundle(join(import.meta.dirname, '..', '..'), 'bin/kubeadm.ts')
const text = new TextDecoder().decode(code)

t.test('every start loads only what reads the command line', async t => {
  const packages = new Set(eager.flatMap(path => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []))
  t.ok(packages.has('yargs'), 'yargs is there')
  for (const name of ['@kubernetes/client-node', '@grpc/grpc-js', '@grpc/proto-loader', 'systeminformation', 'execa', 'node-forge', 'undici']) {
    t.notOk(packages.has(name), `${name} waits until it is needed`)
  }
})

t.test('what is loaded later is inside too', async t => {
  const later = [...text.matchAll(/\bimport\("([^"]+)"\)/g)].map(match => match[1] as string)
  t.same(later.filter(name => !name.startsWith('node:')), [], 'nothing is looked for on the disk')
  t.match(text, 'CoreV1Api')
  t.match(text, 'runtime.v1.RuntimeService')
})
