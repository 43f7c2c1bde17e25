import t from 'tap'
import type { CommandOptions, Host } from '../../../src/host/host.ts'
import { memoryHost } from '../../../src/host/memory.ts'
import { buildSource } from '../../../src/local-cluster/programs/build.ts'
import { kubernetesModule } from '../../../src/local-cluster/programs/kubernetes-module.ts'

const upstream = `module k8s.io/kubernetes

go 1.26.0

require (
	github.com/spf13/cobra v1.10.0
	k8s.io/api v0.0.0
	k8s.io/kube-openapi v0.0.0-20260101000000-aaaaaaaaaaaa
	k8s.io/kubectl v0.0.0
)

replace (
	k8s.io/api => ./staging/src/k8s.io/api
	k8s.io/kubectl => ./staging/src/k8s.io/kubectl
	k8s.io/sample-controller => ./staging/src/k8s.io/sample-controller
)
`

t.test('the parts of Kubernetes come as they are published', async t => {
  t.equal(kubernetesModule('v1.36.3', upstream), `module kubeadm/programs/kubernetes

go 1.26.0

require k8s.io/kubernetes v1.36.3

replace (
	k8s.io/api => k8s.io/api v0.36.3
	k8s.io/kubectl => k8s.io/kubectl v0.36.3
)
`)
})

/** A machine whose `go build` and `mv` leave what they should. */
function machine(commands: Readonly<Record<string, string | { exitCode: number, stderr: string }>> = {}) {
  const host = memoryHost({
    files: { '/src/kubernetes/main.go': 'package main', '/src/etcd/go.mod': 'module etcd', '/mod/kubernetes.mod': upstream },
    commands: {
      'go': '', 'mv': '', 'sha256sum': `${'0123456789abcdef'.repeat(4)}  -`,
      '/usr/bin/go': '', '/usr/bin/go mod download -json k8s.io/kubernetes@v1.36.3': '{"GoMod":"/mod/kubernetes.mod"}', ...commands,
    },
    machine: { environment: { GOPROXY: 'https://proxy.example', GOFLAGS: '-mod=vendor', LD_PRELOAD: '/x' } },
  })
  const environments: CommandOptions['env'][] = []
  const change: Host['commands']['change'] = async (program, args, options) => {
    const result = await host.commands.change(program, args, options)
    if (program === '/usr/bin/go') environments.push(options?.env)
    if (program === 'mv') await host.files.write(args[2] ?? '', 'program', { mode: 0o755 })
    return result
  }
  return { host: { ...host, commands: { ...host.commands, change } }, ran: host.ran, disk: host.disk, environments }
}

const request = { version: 'v1.36.3', architecture: 'arm64', cache: '/cache' } as const

t.test('builds each program once', async t => {
  const { host, ran, disk, environments } = machine()
  const programs = await buildSource('/src').provide(request, host, () => {})
  if ('unavailable' in programs) return t.fail(programs.unavailable)
  t.equal(programs.kubelet, '/cache/kubernetes-v1.36.3-arm64-0123456789abcdef/kubenode')
  t.equal(programs.kubectl, programs.kubelet, 'one program under many names')
  t.equal(programs.etcd, '/cache/etcd-arm64-0123456789abcdef/etcd')
  for (const path of Object.values(programs)) t.ok(disk.has(path), path)
  t.match(disk.get('/cache/sources/kubernetes-v1.36.3/go.mod')?.content, /k8s\.io\/api => k8s\.io\/api v0\.36\.3/)
  const kubenode = ran.find(line => line.includes('kubenode.partial .')) ?? ''
  t.match(kubenode, '-X k8s.io/component-base/version.gitVersion=v1.36.3')
  t.match(kubenode, '-X k8s.io/client-go/pkg/version.gitMinor=36')
  t.match(environments[0], { GOARCH: 'arm64', CGO_ENABLED: '0', GOPROXY: 'https://proxy.example', GOFLAGS: '-buildvcs=false' })
  t.notOk(environments[0]?.['LD_PRELOAD'], 'nothing else of the environment gets through')

  ran.length = 0
  t.same(await buildSource('/src').provide(request, host, () => {}), programs)
  t.same(ran.filter(line => line.startsWith('/usr/bin/go')), [], 'the second time nothing is built')
})

t.test('says why it cannot, and lets the next source try', async t => {
  t.match(await buildSource(undefined).provide(request, machine().host, () => {}), { unavailable: /Go sources are not here/ })
  t.match(await buildSource('/nowhere').provide(request, machine().host, () => {}), { unavailable: /Go sources are not here/ })
  const without = memoryHost({ files: { '/src/kubernetes/main.go': '' } })
  t.same(await buildSource('/src').provide(request, without, () => {}), { unavailable: 'go is not installed' })
  const { host } = machine({ '/usr/bin/go mod download -json k8s.io/kubernetes@v1.36.3': { exitCode: 1, stderr: 'no such host' } })
  t.match(await buildSource('/src').provide(request, host, () => {}), { unavailable: /has no Kubernetes v1\.36\.3, or cannot be reached/ })
})

t.test('a build that fails says how to see more', async t => {
  const { host, disk } = machine({ '/usr/bin/go': { exitCode: 1, stderr: 'main.go:1: undefined: x' } })
  await t.rejects(buildSource('/src').provide(request, host, () => {}), { code: 'build-failed', message: /pause cannot be built.*undefined: x/ })
  t.notOk([...disk.keys()].some(path => path.endsWith('/pause')))
})
