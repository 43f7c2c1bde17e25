import type { Event } from '../core/event.ts'

/** Turns the events of one command into output. */
export interface Renderer {
  event(event: Event): void
  /** The command's outcome: text for people, data for programs. */
  result(text: string, data: Readonly<Record<string, unknown>>): void
  /** Called once when the work has ended, before result or problem is shown. */
  end(succeeded: boolean): void
  problem(error: unknown): void
}
