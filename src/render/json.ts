import { messageOf, Problem } from '../core/problem.ts'
import type { Renderer } from './renderer.ts'
import type { Terminal } from './terminal.ts'

/** One JSON object a line: the events, then one of type `result` or `problem`. */
export function jsonRenderer(terminal: Terminal): Renderer {
  const line = (value: unknown) => terminal.out(`${JSON.stringify(value)}\n`)
  return {
    event: line,
    end: () => {},
    result: (_text, data) => line({ type: 'result', ...data }),
    problem: error => line(error instanceof Problem
      ? { type: 'problem', code: error.code, message: error.message, fix: error.fix }
      : { type: 'problem', code: 'bug', message: messageOf(error), fix: ['Report this.'] }),
  }
}
