import t from 'tap'
import { memoryHost } from '../../src/host/memory.ts'
import { programs } from '../../src/local-cluster/programs.ts'
import type { ProgramRequest, Programs, ProgramSource, SourceName } from '../../src/local-cluster/programs/source.ts'

const request = { version: 'v1.36.3', architecture: 'amd64' as const, cache: '/cache' }
const asked: ProgramRequest[] = []
const source = (name: SourceName, answer: Awaited<ReturnType<ProgramSource['provide']>>): ProgramSource =>
  ({ name, describe: () => name, provide: async given => { asked.push(given); return answer } })
const found = { kubelet: '/k' } as unknown as Programs
t.beforeEach(() => { asked.length = 0 })

t.test('the first source that has them wins, and each has a cache of its own', async t => {
  const sources = [source('folder', { unavailable: 'no folder' }), source('release', found), source('build', found)]
  t.equal(await programs(sources, undefined, request, memoryHost(), () => {}), found)
  t.same(asked.map(given => given.cache), ['/cache/folder', '/cache/release'])
})

t.test('only the source that was named is asked', async t => {
  await programs([source('folder', found), source('build', found)], 'build', request, memoryHost(), () => {})
  t.same(asked.map(given => given.cache), ['/cache/build'])
})

t.test('when none has them every reason is given', async t => {
  const sources = [source('folder', { unavailable: 'KUBEADM_ASSETS names no folder' }), source('release', { unavailable: 'dl.k8s.io cannot be reached' })]
  await t.rejects(programs(sources, undefined, request, memoryHost(), () => {}),
    { code: 'programs-missing', message: /folder: KUBEADM_ASSETS names no folder; release: dl\.k8s\.io cannot be reached/ })
})
