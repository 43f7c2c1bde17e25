import t from 'tap'
import { paths } from '../../src/config/paths.ts'
import { memoryHost } from '../../src/host/memory.ts'
import { kubeletWaitBootstrap } from '../../src/join/kubelet-wait-bootstrap.ts'
import type { JoinContext } from '../../src/join/context.ts'
import { joinConfiguration } from '../../src/config/join-configuration.ts'

const { configuration } = joinConfiguration({
  flags: { token: 'abcdef.0123456789abcdef', endpoint: '192.0.2.1', nodeName: 'node-1' }, pinOptional: true,
  facts: { hostname: 'node-1', advertiseAddress: '192.0.2.2', criSockets: ['unix:///run/containerd/containerd.sock'], resolvedActive: false },
})

t.test('kubelet.conf alone is not enough: its certificate comes later, and the token is kept on the disk until then', async t => {
  const memory = memoryHost({
    files: { [paths.kubeletConf]: 'x', [paths.bootstrapKubeletConf]: 'token' },
    services: { kubelet: { active: true, state: 'running' } },
  })
  let looks = 0
  const host = {
    ...memory,
    clock: {
      ...memory.clock,
      sleep: async (milliseconds: number) => {
        await memory.clock.sleep(milliseconds)
        looks++
        t.equal(await memory.files.read(paths.bootstrapKubeletConf), 'token')
        if (looks === 5) await memory.files.write(paths.kubeletClientCertificate, 'pem', { mode: 0o600 })
      },
    },
  }
  const context: JoinContext = { configuration, host, emit: () => {}, resuming: false, target: async () => { throw new Error('not asked so soon') } }
  await kubeletWaitBootstrap.run?.(context)
  t.equal(looks, 5)
  t.equal(await memory.files.read(paths.bootstrapKubeletConf), undefined)
})
