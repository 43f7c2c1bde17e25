import { createHmac, timingSafeEqual } from 'node:crypto'
import { Problem } from '../core/problem.ts'
import type { Random } from '../host/host.ts'

/** A bootstrap token, `id.secret`. The id is public: it names the token's Secret and its signature. */
export interface Token {
  /** 6 characters of [a-z0-9]. */
  readonly id: string
  /** 16 characters of [a-z0-9]. */
  readonly secret: string
}

const alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789'
const idLength = 6
const secretLength = 16

/** A new random token; the secret has 82 bits. */
export function generateToken(random: Random): string {
  return `${random.text(idLength, alphabet)}.${random.text(secretLength, alphabet)}`
}

/** Takes a token apart. The Problem says where it goes wrong, and never shows what may be the secret. */
export function parseToken(text: string): Token {
  const [id = '', secret = '', ...rest] = text.split('.')
  if (rest.length === 0 && isPart(id, idLength) && isPart(secret, secretLength)) return { id, secret }
  throw new Problem('token-malformed', `The token is malformed: ${complaint(text)}.`,
    ['A token is 6 characters, a dot and 16 characters, all of a-z and 0-9: list yours on the master with kubeadm token list'])
}

/** Whether a text is a token's id, such as `abcdef`. */
export function isTokenId(text: string): boolean {
  return isPart(text, idLength)
}

function isPart(text: string, length: number): boolean {
  return text.length === length && [...text].every(character => alphabet.includes(character))
}

function complaint(text: string): string {
  const length = idLength + 1 + secretLength
  const dotted = isPart(text.slice(0, idLength), idLength) && text[idLength] === '.'
  const whose = dotted ? `that with the id ${text.slice(0, idLength)} ` : 'it '
  if (text.length !== length) return text === '' ? 'it is empty' : `${whose}has ${text.length} characters instead of ${length}`
  const position = [...text].findIndex((character, index) => index === idLength ? character !== '.' : !alphabet.includes(character))
  return `character ${position + 1} of ${dotted ? `that with the id ${text.slice(0, idLength)}` : length} ${position === idLength ? 'is not a dot' : 'is not one of a-z and 0-9'}`
}

/**
 * The signature of cluster-info's kubeconfig by a token: a compact JWS (RFC 7515) with HS256 whose payload is left out
 * (appendix F). The same bytes that the bootstrapsigner controller makes, which therefore leaves it as it is.
 */
export function sign(content: string, { id, secret }: Token): string {
  const header = Buffer.from(JSON.stringify({ alg: 'HS256', kid: id })).toString('base64url')
  const payload = Buffer.from(content).toString('base64url')
  return `${header}..${createHmac('sha256', secret).update(`${header}.${payload}`).digest('base64url')}`
}

/** Whether a token made that signature. */
export function verifySignature(signature: string, content: string, token: Token): boolean {
  const expected = Buffer.from(sign(content, token))
  const given = Buffer.from(signature)
  return given.length === expected.length && timingSafeEqual(given, expected)
}
