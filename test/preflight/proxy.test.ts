import t from 'tap'
import { apiServerProxy, networkProxy, proxyFor } from '../../src/preflight/proxy.ts'
import { found } from '../fixtures/found.ts'

const HTTPS_PROXY = 'http://user:secret@proxy:3128'

t.test('which connections go through a proxy', async t => {
  const proxied = (target: string, NO_PROXY: string) => proxyFor(target, { HTTPS_PROXY, NO_PROXY }) !== undefined
  t.ok(proxied('192.0.2.1:6443', ''))
  t.ok(proxied('192.0.2.1:6443', '192.0.2.2,10.0.0.0/8,example.com'))
  for (const exception of ['*', '192.0.2.1', '192.0.2.1:6443', '192.0.2.0/24', 'x, 192.0.2.1 ']) t.notOk(proxied('192.0.2.1:6443', exception), exception)
  t.ok(proxied('192.0.2.1:6443', '192.0.2.1:443'), 'another port')
  t.notOk(proxied('[2001:db8::1]:6443', '2001:DB8:0::1'))
  t.notOk(proxied('[2001:db8::1]:6443', '2001:db8::/32'))
  for (const exception of ['example.com', '.example.com', '*.example.com', 'EXAMPLE.com']) t.notOk(proxied('api.example.com:6443', exception), exception)
  t.notOk(proxied('example.com:6443', 'example.com'))
  t.ok(proxied('example.com:6443', '.example.com'))
  t.ok(proxied('badexample.com:6443', 'example.com'))
  for (const target of ['localhost:6443', '127.0.0.1:6443', '[::1]:6443']) t.notOk(proxied(target, ''), target)
  t.equal(proxyFor('192.0.2.1:6443', { https_proxy: 'p', no_proxy: '192.0.2.3' }), 'p', 'in lower case too')
  t.equal(proxyFor('192.0.2.1:6443', { HTTP_PROXY: 'p' }), undefined, 'https only')
})

t.test('the API server', async t => {
  t.strictSame((await found([apiServerProxy('192.0.2.1')])).names, [])
  const { lines, fixes } = await found([apiServerProxy('192.0.2.1')], { machine: { environment: { HTTPS_PROXY, no_proxy: 'localhost' } } })
  t.strictSame(lines, ['warning HTTPProxy: Connections to the API server at 192.0.2.1 go through the proxy http://proxy:3128.'], 'without the password')
  t.strictSame(fixes, ['export NO_PROXY=localhost,192.0.2.1'])
})

t.test('networks', async t => {
  const machine = { machine: { environment: { HTTPS_PROXY, NO_PROXY: '10.96.0.0/12' } } }
  t.strictSame((await found([networkProxy('10.96.0.0/12'), networkProxy('')], machine)).names, [])
  const { lines, fixes } = await found([networkProxy('10.244.0.0/16'), networkProxy('fd00::/128'), networkProxy('10.0.0.0')], machine)
  t.match(lines, [/^warning HTTPProxyCIDR: .*10\.244\.0\.0\/16 /, /^warning HTTPProxyCIDR: .*fd00::\/128 /, /^error HTTPProxyCIDR: "10\.0\.0\.0" is not a network/])
  t.equal(fixes[0], 'export NO_PROXY=10.96.0.0/12,10.244.0.0/16')
})
