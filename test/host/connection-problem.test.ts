import t from 'tap'
import { connectionProblem } from '../../src/host/connection-problem.ts'

const failed = (code: string, message = 'no') => Object.assign(new Error(message), { code })

t.test('each kind of failure has its code, the address and what to try', async t => {
  for (const [code, kind, says] of [
    ['ECONNREFUSED', 'connection-refused', /Nothing listens at 192\.0\.2\.1:6443/], ['EHOSTUNREACH', 'host-unreachable', /no route to 192\.0\.2\.1:6443/],
    ['ENETUNREACH', 'host-unreachable', /no route/], ['ETIMEDOUT', 'timed-out', /did not answer in time/], ['UND_ERR_CONNECT_TIMEOUT', 'timed-out', /in time/],
    ['EPROTO', 'not-tls', /does not speak TLS/], ['ERR_SSL_WRONG_VERSION_NUMBER', 'not-tls', /TLS/],
    ['CERT_HAS_EXPIRED', 'certificate-untrusted', /is not trusted: no/], ['ERR_TLS_CERT_ALTNAME_INVALID', 'certificate-untrusted', /not trusted/],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'certificate-untrusted', /not trusted/], ['ECONNRESET', 'connection-failed', /failed: no/],
  ] as const) {
    t.match(connectionProblem('https://192.0.2.1:6443/livez', failed(code)), { code: kind, message: says, fix: [/./] }, code)
  }
  t.match(connectionProblem('https://kube.example:6443/', failed('ENOTFOUND')), { code: 'name-unresolved', message: /name kube\.example cannot/, fix: [/getent hosts kube\.example$/] })
  t.match(connectionProblem('https://192.0.2.1:6443', AbortSignal.abort().reason), { code: 'timed-out' })
  t.match(connectionProblem('https://192.0.2.1:6443', 'odd'), { code: 'connection-failed', message: /odd/ })
})

t.test('the commands to try can be run: IPv6 without brackets, the port that the URL leaves out', async t => {
  t.match(connectionProblem('https://[2001:db8::1]:6443', failed('EHOSTUNREACH')), { message: /\[2001:db8::1\]:6443/, fix: ['Check the address and the network: ip route get 2001:db8::1'] })
  t.match(connectionProblem('https://lb.example', failed('ETIMEDOUT')), { fix: [/nc -vz lb\.example 443$/] })
  t.match(connectionProblem('http://mirror.example/x', failed('ETIMEDOUT')), { fix: [/nc -vz mirror\.example 80$/] })
})

t.test('the cause stays with it', async t => {
  const cause = failed('ECONNREFUSED')
  t.equal(connectionProblem('https://192.0.2.1:6443', cause).cause, cause)
})
