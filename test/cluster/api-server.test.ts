import t from 'tap'
import { apiServer } from '../../src/cluster/api-server.ts'
import type { KubernetesObject } from '../../src/cluster/cluster.ts'
import type { CommandResult } from '../../src/host/host.ts'
import { memoryHost } from '../../src/host/memory.ts'

const object: KubernetesObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'kubeadm-config', namespace: 'kube-system' } }

function cluster(results: readonly Partial<CommandResult>[]) {
  const calls: { line: string, input: string }[] = []
  const memory = memoryHost()
  const host = {
    ...memory,
    commands: {
      ...memory.commands,
      query: async (program: string, args: readonly string[], options: { input?: string } = {}): Promise<CommandResult> => {
        calls.push({ line: [program, ...args].join(' '), input: options.input ?? '' })
        return { exitCode: 0, stdout: '', stderr: '', ...results[calls.length - 1] }
      },
    },
  }
  const made = apiServer({
    kubeconfig: '/etc/kubernetes/admin.conf', server: 'https://192.0.2.1:6443', host, emit: () => {}, timeout: 10_000,
    connection: async () => { throw new Error('not used') },
  })
  return { made, calls, host }
}

t.test('objects are applied on the server\'s side, through standard input, at the address that was given', async t => {
  const { made, calls } = cluster([{}])
  await made.apply([object])
  t.match(calls[0]?.line, /^kubectl --kubeconfig \/etc\/kubernetes\/admin\.conf --server https:\/\/192\.0\.2\.1:6443 apply --server-side .*-f -$/)
  t.match(JSON.parse(calls[0]?.input ?? ''), { kind: 'List', items: [object] })
})

t.test('an API server that is not there yet is waited for', async t => {
  const { made, calls } = cluster([{ exitCode: 1, stderr: 'The connection to the server 192.0.2.1:6443 was refused' }, {}])
  await made.apply([object])
  t.equal(calls.length, 2)
})

t.test('a refusal is final and quotes kubectl', async t => {
  const { made, calls } = cluster([{ exitCode: 1, stderr: 'Error from server (Invalid): ConfigMap "x" is invalid' }])
  await t.rejects(made.apply([object]), { code: 'apply-refused', message: /ConfigMap "x" is invalid/ })
  t.equal(calls.length, 1)
})

t.test('waiting ends at the limit with the last cause', async t => {
  const down = { exitCode: 1, stderr: 'net/http: TLS handshake timeout' }
  const { made, host } = cluster(Array.from({ length: 100 }, () => down))
  await t.rejects(made.apply([object]), { code: 'api-unavailable', message: /TLS handshake timeout/ })
  t.ok(host.clock.ticks() < 11_000)
})
