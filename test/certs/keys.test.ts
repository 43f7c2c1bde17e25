import { createPublicKey } from 'node:crypto'
import t from 'tap'
import { generateKey, keySource, privateKeyPem, publicKeyPem } from '../../src/certs/keys.ts'
import type { EncryptionAlgorithm } from '../../src/config/v1beta4.ts'

const sizes: Readonly<Record<EncryptionAlgorithm, number | string>> = {
  'RSA-2048': 2048, 'RSA-3072': 3072, 'RSA-4096': 4096, 'ECDSA-P256': 'prime256v1', 'ECDSA-P384': 'secp384r1',
}

for (const [algorithm, size] of Object.entries(sizes)) {
  t.test(algorithm, async t => {
    const { asymmetricKeyDetails: details } = await generateKey(algorithm as EncryptionAlgorithm)
    t.equal(details?.modulusLength ?? details?.namedCurve, size)
  })
}

t.test('a source hands out every key once, beyond those made ahead too', async t => {
  const keys = keySource('ECDSA-P256', 5)
  const pems = (await Promise.all(Array.from({ length: 8 }, () => keys.next()))).map(privateKeyPem)
  t.equal(new Set(pems).size, 8)
})

t.test('the public half is a SubjectPublicKeyInfo', async t => {
  const key = await generateKey('ECDSA-P256')
  t.match(publicKeyPem(key), /^-----BEGIN PUBLIC KEY-----\n/)
  t.ok(createPublicKey(publicKeyPem(key)).equals(createPublicKey(key)))
})
