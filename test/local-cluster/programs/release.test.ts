import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import t from 'tap'
import { localHost } from '../../../src/host/local.ts'
import { checksumOf, releaseSource } from '../../../src/local-cluster/programs/release.ts'

const hex = (content: string | Buffer) => createHash('sha256').update(content).digest('hex')
const sum = 'a'.repeat(64)

t.test('reads the checksums that projects publish', async t => {
  t.equal(checksumOf('kubelet', `${sum}\n`), sum, 'bare')
  t.equal(checksumOf('c.tgz', `${sum}  c.tgz\n`), sum, 'one line of sha256sum')
  t.equal(checksumOf('c.tgz', `${sum}  ./release/c.tgz`), sum, 'with a folder')
  t.equal(checksumOf('c.tgz', `${'b'.repeat(64)}  d.tgz\n${sum} *c.tgz\n`), sum, 'a list, binary mode')
  t.equal(checksumOf('c.tgz', `${sum}  d.tgz\n${sum}  e.tgz\n`), undefined, 'not in the list')
  t.equal(checksumOf('c.tgz', `${sum}  d.tgz\n`), undefined, 'another file')
  t.equal(checksumOf('c.tgz', '<html>Sign in</html>'), undefined, 'something else altogether')
})

t.test('downloads, verifies and keeps the programs', async t => {
  const directory = t.testdir({ published: {}, members: {}, cache: {} })
  const published = join(directory, 'published')
  const cache = join(directory, 'cache')
  const put = async (path: string, content: string | Buffer) => {
    await mkdir(dirname(join(published, path)), { recursive: true })
    await writeFile(join(published, path), content)
  }
  for (const name of ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kube-proxy', 'kubelet', 'kubectl']) {
    await put(`release/v1.36.3/bin/linux/amd64/${name}`, `program ${name}`)
    await put(`release/v1.36.3/bin/linux/amd64/${name}.sha256`, hex(`program ${name}`))
  }
  const putArchive = async (folder: string, file: string, checksums: string, members: readonly string[]) => {
    const root = join(directory, 'members', file)
    for (const member of members) {
      await mkdir(dirname(join(root, member)), { recursive: true })
      await writeFile(join(root, member), `program ${member.split('/').at(-1)}`)
    }
    const archive = execFileSync('tar', ['-C', root, '-cz', ...members])
    await put(`${folder}/${file}`, archive)
    await put(`${folder}/${checksums}`, `${hex('other')}  another.tar.gz\n${hex(archive)}  ${file}\n`)
  }
  const containerd = 'containerd-static-2.3.7-linux-amd64.tar.gz'
  await putArchive('containerd/containerd/releases/download/v2.3.7', containerd, `${containerd}.sha256sum`, ['bin/containerd', 'bin/containerd-shim-runc-v2', 'bin/ctr'])
  await putArchive('etcd-io/etcd/releases/download/v3.6.8', 'etcd-v3.6.8-linux-amd64.tar.gz', 'SHA256SUMS', ['etcd-v3.6.8-linux-amd64/etcd', 'etcd-v3.6.8-linux-amd64/etcdctl'])
  await putArchive('coredns/coredns/releases/download/v1.14.2', 'coredns_1.14.2_linux_amd64.tgz', 'coredns_1.14.2_linux_amd64.tgz.sha256', ['coredns'])

  const asked: string[] = []
  const server = createServer((request, response) => {
    const url = request.url ?? ''
    asked.push(url)
    if (url.startsWith('/release/') && request.headers['user-agent']?.startsWith('curl')) {
      response.writeHead(302, { location: `/moved${url}` }).end()
      return
    }
    readFile(join(published, url.replace('/moved', ''))).then(content => response.end(content), () => response.writeHead(404).end())
  })
  await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve) })
  t.teardown(() => { server.close() })
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const host = localHost(() => {}, { HOME: '/root' })
  const real = host.commands
  const pulled: string[] = []
  const commands: typeof real = {
    ...real,
    change: async (program, args, options) => {
      if (program !== 'docker') return await real.change(program, args, options)
      pulled.push(args[0] ?? '')
      if (args[0] === 'cp') await writeFile(args[2] ?? '', 'program pause')
      return { exitCode: 0, stdout: 'f00\n', stderr: '' }
    },
  }
  const notes: string[] = []
  const source = releaseSource({ kubernetes: `${base}/release`, github: base, registry: 'registry.example' })
  const provide = async (folder: string) => await source.provide({ version: 'v1.36.3', architecture: 'amd64', cache: folder },
    { ...host, commands }, event => { if (event.type === 'note') notes.push(event.text) })

  const programs = await provide(cache)
  if ('unavailable' in programs) return t.fail(programs.unavailable)
  for (const [name, path] of Object.entries(programs)) {
    t.equal(await readFile(path, 'utf8'), `program ${name}`, name)
    if (name !== 'pause') t.equal((await stat(path)).mode & 0o777, 0o755, `${name} is executable`)
  }
  t.same(pulled, ['pull', 'create', 'cp', 'rm'], 'pause comes out of its image, and the container is removed')
  t.equal(notes.length, 10, 'one note for each download')
  t.same((await host.files.list(`${cache}/v1.36.3-amd64`)).filter(name => /partial|unpacked/.test(name)), [], 'nothing half-done stays')

  asked.length = 0
  t.same(await provide(cache), programs)
  t.same(asked, [], 'the second time nothing is asked for')

  await put('release/v1.36.3/bin/linux/amd64/kubectl', 'something else')
  await host.files.remove(programs.kubectl)
  await t.rejects(provide(cache), { code: 'checksum-mismatch' }, 'a program that is not what was published')
  t.equal(await host.files.status(programs.kubectl), undefined, 'is not kept')

  await put('release/v1.36.3/bin/linux/amd64/kubelet.sha256', '<html>Sign in</html>')
  await host.files.remove(programs.kubelet)
  await t.rejects(provide(cache), { code: 'checksum-mismatch' }, 'a checksum that is none')
})

t.test('says why there is nothing', async t => {
  const host = localHost(() => {}, { HOME: '/root' })
  const provide = async (kubernetes: string, version: string) => await releaseSource({ kubernetes, github: kubernetes, registry: 'registry.example' })
    .provide({ version, architecture: 'amd64', cache: join(t.testdirName, 'none') }, host, () => {})
  t.same(await provide('http://127.0.0.1:1/release', 'v1.36.3'), { unavailable: '127.0.0.1 cannot be reached (connection-refused)' })
  t.same(await provide('http://127.0.0.1:1/release', 'v1.2.3'), { unavailable: 'the releases that go with Kubernetes v1.2.3 are not known' })

  const server = createServer((_request, response) => response.writeHead(404).end())
  await new Promise<void>(resolve => { server.listen(0, '127.0.0.1', resolve) })
  t.teardown(() => { server.close() })
  t.same(await provide(`http://127.0.0.1:${(server.address() as AddressInfo).port}/release`, 'v1.36.3'), { unavailable: '127.0.0.1 has no v1.36.3' })
})
