import type { Argv } from 'yargs'
import type { Emit } from '../core/event.ts'
import { Problem } from '../core/problem.ts'
import type { Host } from '../host/host.ts'
import { jsonRenderer } from '../render/json.ts'
import type { Renderer } from '../render/renderer.ts'
import type { Terminal } from '../render/terminal.ts'
import { textRenderer } from '../render/text.ts'

export type Values = Readonly<Record<string, unknown>>

/** A command of the program, as yargs and the help know it: it runs, or it has commands below it. */
export interface Command {
  /** yargs' notation: `join [role] [endpoint]`. */
  readonly command: string
  readonly describe: string
  readonly build?: (builder: Argv) => Argv
  readonly commands?: readonly Command[]
  /** Gives the exit code. */
  readonly run?: (values: Values, terminal: Terminal) => Promise<number>
}

/** What a command works with. */
export interface Session {
  readonly values: Values
  readonly terminal: Terminal
  readonly host: Host
  readonly emit: Emit
  readonly show: Renderer['result']
  /** Runs on every way out: success, failure, signal. The last one given runs first. */
  onEnd(act: () => Promise<void> | void): void
  /** Hears every event, such as the journal. */
  listen(hear: Emit): void
}

/**
 * Runs the work of a command: renders its events, ends it on a signal, cleans up on every way out, and gives the exit
 * code.
 */
export async function session(
  values: Values, terminal: Terminal, title: (phase: string) => string | undefined, work: (session: Session) => Promise<void>,
  { notes = false } = {},
): Promise<number> {
  const renderer = values['output'] === 'json'
    ? jsonRenderer(terminal)
    : textRenderer(terminal, { verbosity: Number([values['v'] ?? 0].flat().at(-1)), title, notes })
  const listeners: Emit[] = [renderer.event]
  const endings: (() => Promise<void> | void)[] = []
  const emit: Emit = event => { for (const hear of listeners) hear(event) }
  const { localHost } = await import('../host/local.ts')
  let shown: Parameters<Renderer['result']> | undefined
  const interrupted = terminal.interrupted.then(signal => {
    throw new Problem(signal, `Interrupted (${signal}).`, ['Run the same command again: it goes on where it stopped.'])
  })
  interrupted.catch(() => { /* also when the work had ended before */ })

  let failure: { readonly error: unknown } | undefined
  try {
    await Promise.race([interrupted, work({
      values,
      terminal,
      host: localHost(emit, terminal.environment),
      emit,
      show: (text, data) => { shown = [text, data] },
      onEnd: act => { endings.unshift(act) },
      listen: hear => { listeners.push(hear) },
    })])
  } catch (error) {
    failure = { error }
  }
  for (const act of endings) {
    try {
      await act()
    } catch (error) {
      failure ??= { error }
    }
  }
  renderer.end(failure === undefined)
  if (failure !== undefined) {
    renderer.problem(failure.error)
    const code = failure.error instanceof Problem ? failure.error.code : ''
    return code === 'SIGINT' ? 130 : code === 'SIGTERM' ? 143 : 1
  }
  if (shown !== undefined) renderer.result(...shown)
  return 0
}
