import { createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import type { EncryptionAlgorithm } from '../config/v1beta4.ts'

const generate = promisify(generateKeyPair)

/** Node's pool has four threads; one of them stays free for files and names. */
const sideBySide = 3

/** Hands out fresh private keys. */
export interface KeySource {
  next(): Promise<KeyObject>
}

/** Starts on `ahead` keys at once, a few side by side; keys beyond those are made when asked for. */
export function keySource(algorithm: EncryptionAlgorithm, ahead = 0): KeySource {
  const lanes = Array.from({ length: sideBySide }, () => Promise.resolve())
  const ready = Array.from({ length: ahead }, (_, index) => {
    const lane = index % sideBySide
    const key = (lanes[lane] as Promise<void>).then(() => generateKey(algorithm))
    // Whoever takes the key sees its failure; the lane goes on, and a key that nobody takes fails silently.
    lanes[lane] = key.then(() => {}, () => {})
    return key
  })
  return { next: () => ready.shift() ?? generateKey(algorithm) }
}

/** A fresh private key, made on the thread pool. */
export async function generateKey(algorithm: EncryptionAlgorithm): Promise<KeyObject> {
  const [type, size] = algorithm.split('-') as ['RSA' | 'ECDSA', string]
  const { privateKey } = type === 'RSA'
    ? await generate('rsa', { modulusLength: Number(size) })
    : await generate('ec', { namedCurve: size.replace('P', 'P-') })
  return privateKey
}

/** PEM: PKCS#1 for RSA, SEC 1 for elliptic curves, as upstream writes them. */
export function privateKeyPem(key: KeyObject): string {
  return key.export({ type: key.asymmetricKeyType === 'rsa' ? 'pkcs1' : 'sec1', format: 'pem' }).toString()
}

/** PEM of the public half as SubjectPublicKeyInfo. */
export function publicKeyPem(key: KeyObject): string {
  return publicKeyOf(key).export({ type: 'spki', format: 'pem' }).toString()
}

export function publicKeyOf(key: KeyObject): KeyObject {
  return key.type === 'public' ? key : createPublicKey(key)
}
