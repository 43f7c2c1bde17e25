/** Something that was changed, or would be in a rehearsal. It never carries file contents: they may be secret. */
export type Change =
  | { readonly kind: 'file', readonly action: 'write' | 'remove', readonly path: string }
  | { readonly kind: 'directory', readonly action: 'create' | 'remove', readonly path: string }
  | { readonly kind: 'command', readonly command: string }
  | { readonly kind: 'service', readonly action: 'start' | 'stop' | 'restart' | 'enable', readonly unit: string }
  | { readonly kind: 'container', readonly action: 'remove' | 'pull' | 'stop', readonly name: string }
  | { readonly kind: 'object', readonly action: 'apply' | 'patch' | 'create' | 'delete', readonly name: string }

/** `asked`: named in --skip-phases. `not-needed`: its condition does not hold. */
export type SkipReason = 'asked' | 'not-needed'

export interface Finding {
  readonly check: string
  readonly level: 'warning' | 'error'
  readonly message: string
  /** Commands or sentences that mend it, most likely first. Never empty. */
  readonly fix: readonly string[]
}

/** The one stream that text, JSON, progress and journal are made from. Times are milliseconds. */
export type Event =
  | { readonly type: 'phase', readonly phase: string, readonly status: 'start' | 'done' | 'failed' }
  | { readonly type: 'phase', readonly phase: string, readonly status: 'skipped', readonly reason: SkipReason }
  | { readonly type: 'note', readonly text: string }
  | { readonly type: 'change', readonly change: Change, readonly rehearsed: boolean }
  | { readonly type: 'finding' } & Finding
  | { readonly type: 'wait', readonly target: string, readonly elapsed: number, readonly timeout: number, readonly seen: string }

export type Emit = (event: Event) => void
