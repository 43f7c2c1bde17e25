import t from 'tap'
import type { WebRequest, WebResponse } from '../../src/host/host.ts'
import { memoryHost } from '../../src/host/memory.ts'
import { Problem } from '../../src/core/problem.ts'
import { externalEtcdClientCertificates, externalEtcdVersion } from '../../src/preflight/etcd.ts'
import { found } from '../fixtures/found.ts'

const etcd = {
  endpoints: ['https://192.0.2.5:2379'], httpEndpoints: ['https://192.0.2.5:2378/'], caFile: '/pki/ca.crt', certFile: '/pki/client.crt', keyFile: '/pki/client.key',
}
const files = { '/pki/ca.crt': 'CA', '/pki/client.crt': 'CERTIFICATE', '/pki/client.key': 'KEY' }
const version = (etcdserver: string): WebResponse => ({ status: 200, headers: {}, body: JSON.stringify({ etcdserver, etcdcluster: '3.6.0' }) })

t.test('new enough', async t => {
  const asked: WebRequest[] = []
  const { names } = await found([externalEtcdVersion(etcd)], { files, answer: request => { asked.push(request); return version('3.6.8') } })
  t.strictSame(names, [])
  t.strictSame(asked, [{ url: 'https://192.0.2.5:2378/version', ca: 'CA', cert: 'CERTIFICATE', key: 'KEY' }])
})

t.test('without HTTP endpoints the others are asked', async t => {
  const asked: string[] = []
  await found([externalEtcdVersion({ ...etcd, httpEndpoints: [], certFile: '', keyFile: '' })], { answer: ({ url }) => { asked.push(url); return version('3.5.24') } })
  t.strictSame(asked, ['https://192.0.2.5:2379/version'])
})

t.test('too old, and not etcd', async t => {
  t.match((await found([externalEtcdVersion(etcd)], { answer: () => version('3.5.23') })).lines, [/^error ExternalEtcdVersion: .* is 3\.5\.23; at least 3\.5\.24 /])
  t.match((await found([externalEtcdVersion(etcd)], { answer: () => ({ status: 404, headers: {}, body: '<html>' }) })).lines, [/does not answer like etcd \(status 404\)/])
})

t.test('what may pass is asked again', async t => {
  let calls = 0
  const host = memoryHost({ answer: () => ++calls === 1 ? { status: 503, headers: {}, body: '' } : calls === 2 ? Promise.reject(new Problem('timed-out', 'late', ['wait'])) : version('3.6.8') })
  t.strictSame((await found([externalEtcdVersion(etcd)], host)).names, [])
  t.equal(host.clock.ticks(), 10_000)
  const dead = memoryHost()
  t.match((await found([externalEtcdVersion(etcd)], dead)).lines, [/cannot be asked for its version: Nothing answers/])
  t.equal(dead.clock.ticks(), 15_000)
})

t.test('client certificates', async t => {
  t.strictSame((await found([externalEtcdClientCertificates(etcd)], { files })).names, [])
  t.strictSame((await found([externalEtcdClientCertificates({ ...etcd, caFile: '', certFile: '', keyFile: '' })])).names, [])
  t.strictSame((await found([externalEtcdClientCertificates(etcd)], { files: { '/pki/ca.crt': '' } })).lines, [
    'error ExternalEtcdClientCertificates: etcd.external.certFile names /pki/client.crt, which is not there.',
    'error ExternalEtcdClientCertificates: etcd.external.keyFile names /pki/client.key, which is not there.',
  ])
})
