import { execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { join } from 'node:path'
import { writeFileSync } from 'node:fs'
import t from 'tap'
import { generateKey, privateKeyPem } from '../../src/certs/keys.ts'
import { signAuthority, signCertificate, signingRequest, validityFrom } from '../../src/certs/x509.ts'

const now = new Date('2026-05-01T12:00:00.750Z')
const day = 24 * 3600_000

/** openssl judges: what it prints about a PEM, without the key and the signature. */
const show = (kind: 'x509' | 'req', pem: string) =>
  execFileSync('openssl', [kind, '-noout', '-text', '-certopt', 'no_pubkey,no_sigdump', '-nameopt', 'RFC2253'].slice(0, kind === 'req' ? 3 : 7), { input: pem }).toString()

for (const algorithm of ['RSA-2048', 'ECDSA-P256', 'ECDSA-P384'] as const) {
  t.test(algorithm, async t => {
    const directory = t.testdir()
    const file = (name: string, text: string) => {
      writeFileSync(join(directory, name), text)
      return join(directory, name)
    }
    const caKey = await generateKey(algorithm)
    const ca = signAuthority({ commonName: 'kubernetes', dnsNames: ['kubernetes'] }, caKey, validityFrom(now, 3650 * day))
    const signer = { certificate: new X509Certificate(ca), key: caKey }
    const key = await generateKey(algorithm)
    const leaf = signCertificate({
      commonName: 'bob@example.com', organizations: ['ops', 'dev'], dnsNames: ['*.example.com', 'a'], ipAddresses: ['192.0.2.1', '::1', '2001:db8::10'],
    }, ['server auth', 'client auth'], key, signer, validityFrom(now, 365 * day))

    t.test('openssl accepts the chain', async t => {
      const at = Math.floor(now.getTime() / 1000)
      const output = execFileSync('openssl', ['verify', '-x509_strict', '-attime', `${at}`, '-CAfile', file('ca.crt', ca), file('leaf.crt', leaf)]).toString()
      t.match(output, /leaf\.crt: OK/)
    })

    t.test('the key fits and its PEM is what upstream writes', async t => {
      t.ok(new X509Certificate(leaf).checkPrivateKey(key))
      t.match(privateKeyPem(key), algorithm === 'RSA-2048' ? /^-----BEGIN RSA PRIVATE KEY-----/ : /^-----BEGIN EC PRIVATE KEY-----/)
      execFileSync('openssl', ['pkey', '-noout', '-check'], { input: privateKeyPem(key), stdio: 'pipe' })
    })

    t.test('a CA', async t => {
      const text = show('x509', ca)
      t.match(text, /Version: 3/)
      t.match(text, /Not Before: May {2}1 11:55:00 2026 GMT\s+Not After : Apr 28 12:00:00 2036 GMT/)
      t.match(text, /Key Usage: critical\s+Digital Signature, Key Encipherment, Certificate Sign\n/)
      t.match(text, /Basic Constraints: critical\s+CA:TRUE\n/)
      t.match(text, /Subject Alternative Name: \n\s+DNS:kubernetes\n/)
      t.notMatch(text, /Extended Key Usage|Authority Key Identifier/)
    })

    t.test('a leaf', async t => {
      const text = show('x509', leaf)
      t.match(text, /Issuer: CN=kubernetes\n/)
      t.match(text, /Subject: CN=bob@example\.com,O=(dev\+O=ops|ops\+O=dev)\n/)
      t.match(text, /Key Usage: critical\s+Digital Signature, Key Encipherment\n/)
      t.match(text, /Extended Key Usage: \n\s+TLS Web Server Authentication, TLS Web Client Authentication\n/)
      t.match(text, /Basic Constraints: critical\s+CA:FALSE\n/)
      t.match(text, /DNS:\*\.example\.com, DNS:a, IP Address:192\.0\.2\.1, IP Address:0:0:0:0:0:0:0:1, IP Address:2001:DB8:0:0:0:0:0:10\n/)
      t.notMatch(text, /Subject Key Identifier/)
      const identifier = /Subject Key Identifier: \n\s+([0-9A-F:]+)/.exec(show('x509', ca))?.[1]
      t.equal(/Authority Key Identifier: \n\s+([0-9A-F:]+)/.exec(text)?.[1], identifier)
      t.equal(identifier?.split(':').length, 20)
    })

    t.test('a signing request', async t => {
      const text = show('req', signingRequest({ commonName: 'bob', organizations: ['ops'], dnsNames: ['a'] }, key))
      t.match(text, /Subject: O = ops, CN = bob\n/)
      t.match(text, /DNS:a\n/)
      const plain = signingRequest({ commonName: 'bob' }, key)
      execFileSync('openssl', ['req', '-noout', '-verify'], { input: plain, stdio: 'pipe' })
      t.match(show('req', plain), /\(none\)/)
    })
  })
}

t.test('a date after 2049 is still read back', async t => {
  const key = await generateKey('ECDSA-P256')
  const pem = signAuthority({ commonName: 'x' }, key, validityFrom(now, 30 * 365 * day))
  t.equal(new X509Certificate(pem).validToDate.toISOString(), '2056-04-23T12:00:00.000Z')
})

t.test('serial numbers are positive, short and differ', async t => {
  const key = await generateKey('ECDSA-P256')
  const serials = Array.from({ length: 50 }, () => new X509Certificate(signAuthority({ commonName: 'x' }, key, validityFrom(now, day))).serialNumber)
  t.equal(new Set(serials).size, 50)
  t.ok(serials.every(serial => BigInt(`0x${serial}`) > 0n && BigInt(`0x${serial}`) < 2n ** 63n))
})
