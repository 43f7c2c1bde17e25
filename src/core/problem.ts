/** A failure the operator can act on. Anything else that is thrown is a bug of ours. */
export class Problem extends Error {
  override readonly name = 'Problem'
  /** Stable and kebab-case, such as `token-malformed`. */
  readonly code: string
  /** Commands or sentences that mend it, most likely first. Never empty. */
  readonly fix: readonly [string, ...string[]]

  constructor(code: string, message: string, fix: readonly [string, ...string[]], options?: ErrorOptions) {
    super(message, options)
    this.code = code
    this.fix = fix
  }
}

/** The one-line text of anything that was thrown. */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(messageOf).join('; ')
  return error instanceof Error ? error.message : String(error)
}
