import t from 'tap'
import { createServer as createTlsServer } from 'node:tls'
import { generateKey, privateKeyPem } from '../../src/certs/keys.ts'
import { signAuthority, validityFrom } from '../../src/certs/x509.ts'
import { createServer, type RequestListener } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer as createTcpServer } from 'node:net'
import { localNetwork } from '../../src/host/local-network.ts'

async function serve(listener: RequestListener) {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => { server.closeAllConnections(); server.close() })
  return (server.address() as AddressInfo).port
}

t.test('an answer comes with status, headers and body, and a redirect is not followed', async t => {
  const port = await serve((_request, response) => { response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end('there') })
  t.match(await localNetwork.fetch({ url: `http://127.0.0.1:${port}/` }), { status: 302, headers: { location: 'http://127.0.0.1:1/' }, body: 'there' })
})

t.test('an endless answer is cut at 1 MiB', async t => {
  const port = await serve((_request, response) => {
    const more = () => { while (!response.destroyed && response.write('x'.repeat(65_536))); }
    response.on('drain', more)
    more()
  })
  await t.rejects(localNetwork.fetch({ url: `http://127.0.0.1:${port}/` }), { code: 'answer-too-large' })
})

t.test('failures to connect are told apart', async t => {
  const silent = await serve(() => { /* never answers */ })
  const plain = createTcpServer(socket => { socket.end('220 mail.example ESMTP\r\n') }).listen(0, '127.0.0.1')
  await once(plain, 'listening')
  t.teardown(() => plain.close())
  const free = createTcpServer().listen(0, '127.0.0.1')
  await once(free, 'listening')
  const freePort = (free.address() as AddressInfo).port
  free.close()
  await t.rejects(localNetwork.fetch({ url: `https://127.0.0.1:${freePort}/` }), { code: 'connection-refused', message: new RegExp(`127.0.0.1:${freePort}`) })
  await t.rejects(localNetwork.fetch({ url: `http://127.0.0.1:${silent}/`, timeout: 100 }), { code: 'timed-out' })
  await t.rejects(localNetwork.fetch({ url: `https://127.0.0.1:${(plain.address() as AddressInfo).port}/` }), { code: 'not-tls' })
  await t.rejects(localNetwork.fetch({ url: 'https://no-such-host.invalid:6443/' }), { code: 'name-unresolved' })
})

t.test('a port in use is not free', async t => {
  const port = await serve(() => {})
  t.equal(await localNetwork.portFree(port), false)
})

t.test('the certificate that a server shows, also to whom it will not serve', async t => {
  const key = await generateKey('ECDSA-P256')
  const cert = signAuthority({ commonName: 'x' }, key, validityFrom(new Date(0), 1000))
  const server = createTlsServer({ cert, key: privateKeyPem(key), requestCert: true, rejectUnauthorized: true }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  t.equal(await localNetwork.servedCertificate('127.0.0.1', (server.address() as AddressInfo).port), cert)
  t.equal(await localNetwork.servedCertificate('127.0.0.1', await serve(() => {})), undefined)
  t.equal(await localNetwork.servedCertificate('127.0.0.1', 1), undefined)
})
