/** Makes what every test on real nodes starts from: docker, Kubernetes' programs, the node image. Says what it does. */
import { join } from 'node:path'
import { newestVersion } from '../../src/config/versions.ts'
import type { Emit } from '../../src/core/event.ts'
import { localHost } from '../../src/host/local.ts'
import { ensureEngine } from '../../src/local-cluster/engine.ts'
import { ensureImage } from '../../src/local-cluster/image.ts'

const emit: Emit = event => {
  if (event.type === 'note') process.stdout.write(`${event.text}\n`)
}
const host = localHost(emit, process.env)
await ensureEngine(host, emit)
await ensureImage({ kubernetesVersion: newestVersion, kubeadm: join(import.meta.dirname, '../../build/kubeadm') }, host, emit)
