import * as http from 'node:http'
import * as https from 'node:https'
import * as net from 'node:net'
import * as tls from 'node:tls'
import { Problem } from '../core/problem.ts'
import { connectionProblem } from './connection-problem.ts'
import type { Network, WebRequest, WebResponse } from './host.ts'

/** ConfigMaps, the largest thing that is asked for, cannot be larger. */
const largestAnswer = 1024 * 1024

/** The real network. Redirects are answers like any other: nobody is led to another host. */
export const localNetwork: Network = { fetch: exchange, probe: exchange, portFree, servedCertificate }

function exchange(request: WebRequest): Promise<WebResponse> {
  const { url, timeout = 10_000 } = request
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => reject(error instanceof Problem ? error : connectionProblem(url, error))
    const deadline = AbortSignal.timeout(timeout)
    const secure = url.startsWith('https:')
    const outgoing = (secure ? https : http).request(url, {
      method: request.method ?? 'GET',
      headers: { connection: 'close', ...request.headers },
      signal: deadline,
      agent: false,
      ...(secure && {
        rejectUnauthorized: request.insecure !== true,
        ca: request.ca, cert: request.cert, key: request.key,
      }),
    }, incoming => {
      const parts: Buffer[] = []
      let size = 0
      incoming.on('data', (part: Buffer) => {
        size += part.length
        if (size > largestAnswer) {
          outgoing.destroy()
          fail(new Problem('answer-too-large', `${url} answers with more than 1 MiB: this is not a Kubernetes API server's answer.`, ['Check the address and port.']))
        }
        parts.push(part)
      })
      incoming.on('end', () => resolve({
        status: incoming.statusCode ?? 0,
        headers: Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, value?.toString()])),
        body: Buffer.concat(parts).toString('utf8'),
      }))
      incoming.on('error', fail)
    })
    outgoing.on('error', error => fail(deadline.aborted ? deadline.reason : error))
    outgoing.end(request.body)
  })
}

function portFree(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const server = net.createServer()
    server.once('error', () => resolve(false))
    server.listen({ port, exclusive: true }, () => server.close(() => resolve(true)))
  })
}

/** Milliseconds for a handshake. */
const handshakeTimeout = 3_000

function servedCertificate(host: string, port: number): Promise<string | undefined> {
  return new Promise(resolve => {
    const socket = tls.connect({ host, port, rejectUnauthorized: false, timeout: handshakeTimeout })
    const end = (pem: string | undefined) => {
      socket.destroy()
      resolve(pem)
    }
    socket.once('secureConnect', () => end(socket.getPeerX509Certificate()?.toString()))
    socket.once('timeout', () => end(undefined))
    socket.once('error', () => end(undefined))
    socket.once('close', () => end(undefined))
  })
}
