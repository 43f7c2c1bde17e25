import type { Place } from './complaint.ts'

/** The text of a file. */
export interface Source {
  /** Its path, as the user gave it. */
  readonly file: string
  readonly text: string
}

const secretKey = /((?:token|secret|password|certificateKey|clientKey|keyData)\w*["']?\s*[:=]\s*)\S.*$/i
const tokenLike = /\b[a-z0-9]{6}\.[a-z0-9]{16}\b/gi

/** The line and column of an offset. What may be a secret in the line is masked: it ends up on screens and in logs. */
export function placeAt({ file, text }: Source, offset: number): Place {
  const before = text.slice(0, offset).split(/\r\n|\r|\n/)
  const line = text.split(/\r\n|\r|\n/)[before.length - 1] ?? ''
  const shown = line.replace(/^\uFEFF/, '').replace(secretKey, '$1…').replace(tokenLike, '…')
  return { file, line: before.length, column: (before.at(-1) ?? '').replace(/^\uFEFF/, '').length + 1, text: shown.length > 160 ? `${shown.slice(0, 160)}…` : shown }
}
