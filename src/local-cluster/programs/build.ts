import type { Emit } from '../../core/event.ts'
import { Problem } from '../../core/problem.ts'
import type { Host } from '../../host/host.ts'
import { kubernetesModule } from './kubernetes-module.ts'
import type { Programs, ProgramRequest, ProgramSource } from './source.ts'

interface Target {
  readonly output: string
  /** What `go build` is told to build inside the module. */
  readonly package: string
  readonly flags?: readonly string[]
}

/** A folder of the project with a go.mod, and what is built from it. */
interface Module {
  readonly name: string
  readonly targets: readonly Target[]
}

const modules: readonly Module[] = [
  { name: 'pause', targets: [{ output: 'pause', package: '.' }] },
  {
    name: 'etcd',
    targets: [
      { output: 'etcd', package: 'go.etcd.io/etcd/server/v3' },
      { output: 'etcdctl', package: 'go.etcd.io/etcd/etcdctl/v3' },
    ],
  },
  { name: 'coredns', targets: [{ output: 'coredns', package: '.' }] },
  {
    name: 'containerd',
    targets: ['containerd', 'containerd-shim-runc-v2', 'ctr'].map(output =>
      ({ output, package: `github.com/containerd/containerd/v2/cmd/${output}`, flags: ['-tags', 'no_btrfs'] })),
  },
]

const hour = 3_600_000

/**
 * Builds the programs from their Go modules with the `go` of this machine: about ten minutes on two processors, then
 * kept. `folder` holds the project's Go sources, one module a folder. `extra` adds packages of Kubernetes, by the name
 * of the program that they become.
 */
export function buildSource(folder: string | undefined, extra: Readonly<Record<string, string>> = {}): ProgramSource {
  return {
    name: 'build',
    describe: () => 'a build from the Go modules',
    async provide(request, host, emit) {
      if (folder === undefined || await host.files.read(`${folder}/kubernetes/main.go`) === undefined) {
        return { unavailable: `the Go sources are not here (they are in the project's packaging/programs)` }
      }
      const go = await findGo(host)
      if (go === undefined) return { unavailable: 'go is not installed' }
      const compiler: Compiler = { go, request, host, emit }
      const kubernetes = await kubernetesFolder(compiler, folder)
      if (kubernetes === undefined) return { unavailable: `the Go module proxy has no Kubernetes ${request.version}, or cannot be reached` }
      const built = new Map<string, string>()
      for (const module of modules) await buildModule(compiler, `${folder}/${module.name}`, `${folder}/${module.name}`, module, built)
      await buildModule(compiler, `${folder}/kubernetes`, kubernetes, kubernetesTargets(request.version, extra), built)
      const kubenode = built.get('kubenode')
      const components = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kube-proxy', 'kubelet', 'kubectl']
      return { ...Object.fromEntries(built), ...Object.fromEntries(components.map(name => [name, kubenode])) } as Programs
    },
  }
}

interface Compiler {
  readonly go: string
  readonly request: ProgramRequest
  readonly host: Host
  readonly emit: Emit
}

async function findGo(host: Host): Promise<string | undefined> {
  const found = await host.commands.find('go')
  if (found !== undefined) return found
  const usual = '/usr/local/go/bin/go'
  return await host.files.status(usual) === undefined ? undefined : usual
}

/**
 * Builds what is not there yet. The outputs lie under the hash of the project's `sources`, so that a changed module is
 * built again; `folder` is where it is built.
 */
async function buildModule(compiler: Compiler, sources: string, folder: string, module: Module, built: Map<string, string>): Promise<void> {
  const { request: { cache, architecture }, host, emit } = compiler
  const target = `${cache}/${module.name}-${architecture}-${await contentHash(host, sources)}`
  const missing: Target[] = []
  for (const wanted of module.targets) {
    built.set(wanted.output, `${target}/${wanted.output}`)
    if (await host.files.status(`${target}/${wanted.output}`) === undefined) missing.push(wanted)
  }
  if (missing.length === 0) return
  emit({ type: 'note', text: `Building ${missing.map(({ output }) => output).join(', ')} from Go modules` })
  await host.files.makeDirectory(target, 0o755)
  for (const { output, package: name, flags = [] } of missing) {
    const partial = `${target}/${output}.partial`
    const strip = flags.some(flag => flag.startsWith('-s -w')) ? [] : ['-ldflags', '-s -w']
    await run(compiler, ['-C', folder, 'build', '-trimpath', ...flags, ...strip, '-o', partial, name], output)
    await host.commands.change('mv', ['--', partial, `${target}/${output}`])
  }
}

function kubernetesTargets(version: string, extra: Readonly<Record<string, string>>): Module {
  const [, major = '', minor = ''] = version.match(/^v(\d+)\.(\d+)\./) ?? []
  const variables = { gitVersion: version, gitMajor: major, gitMinor: minor, gitTreeState: 'clean' }
  const versions = ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'].flatMap(path =>
    Object.entries(variables).map(([name, value]) => `-X ${path}.${name}=${value}`))
  const flags = ['-mod=mod', '-ldflags', ['-s -w', ...versions].join(' ')]
  return {
    name: `kubernetes-${version}`,
    targets: [
      { output: 'kubenode', package: '.', flags },
      { output: 'agnhost', package: 'k8s.io/kubernetes/test/images/agnhost', flags },
      ...Object.entries(extra).map(([output, path]) => ({ output, package: path, flags })),
    ],
  }
}

/** The module for one version of Kubernetes: its go.mod is written for that version. Undefined when there is no such version to be had. */
async function kubernetesFolder(compiler: Compiler, folder: string): Promise<string | undefined> {
  const { request: { cache, version }, host, emit } = compiler
  const target = `${cache}/sources/kubernetes-${version}`
  const main = await host.files.read(`${folder}/kubernetes/main.go`) ?? ''
  if (await host.files.read(`${target}/main.go`) !== main || await host.files.read(`${target}/go.mod`) === undefined) {
    emit({ type: 'note', text: `Fetching the sources of Kubernetes ${version}` })
    const result = await goCommand(compiler, ['mod', 'download', '-json', `k8s.io/kubernetes@${version}`])
    if (result.exitCode !== 0) return undefined
    const { GoMod: path } = JSON.parse(result.stdout) as { GoMod: string }
    const upstream = await host.files.read(path) ?? ''
    await host.files.write(`${target}/go.mod`, kubernetesModule(version, upstream), { mode: 0o644 })
    await host.files.write(`${target}/main.go`, main, { mode: 0o644 })
  }
  return target
}

async function contentHash(host: Host, folder: string): Promise<string> {
  const contents = await Promise.all(['go.mod', 'main.go'].map(async name => await host.files.read(`${folder}/${name}`) ?? ''))
  const { stdout } = await host.commands.query('sha256sum', [], { input: contents.join('\n') })
  return stdout.slice(0, 16)
}

async function run(compiler: Compiler, args: readonly string[], what: string): Promise<void> {
  const result = await goCommand(compiler, args)
  if (result.exitCode === 0) return
  throw new Problem('build-failed', `${what} cannot be built from its Go module: ${result.stderr.trim().split('\n').slice(-3).join(' ')}`,
    ['Is the Go module proxy reachable? go env GOPROXY', `Build it by hand to see all of it: ${[compiler.go, ...args].join(' ')}`])
}

/** What the user's Go needs to be told from outside. */
const passedOn = ['GOPROXY', 'GOSUMDB', 'GONOSUMDB', 'GONOPROXY', 'GOPRIVATE', 'GOMODCACHE', 'GOCACHE', 'GOTOOLCHAIN', 'HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY', 'SSL_CERT_FILE'] as const

async function goCommand({ go, request, host }: Compiler, args: readonly string[]) {
  const all = host.machine.environment()
  const environment = Object.fromEntries(passedOn.flatMap(name => all[name] === undefined ? [] : [[name, all[name]]]))
  return await host.commands.change(go, args, {
    env: { ...environment, CGO_ENABLED: '0', GOOS: 'linux', GOARCH: request.architecture, GOFLAGS: '-buildvcs=false' }, timeout: hour,
  })
}
