import { messageOf, Problem } from '../core/problem.ts'
import { paint, type Terminal } from './terminal.ts'

/** What went wrong, then what mends it; a stack only for bugs, and only when asked for. */
export function problemText(terminal: Terminal, error: unknown, verbosity: number): string {
  const title = paint(terminal, 'red', 'error:')
  if (error instanceof Problem) {
    const stack = verbosity >= 5 && error.stack !== undefined ? `${error.stack}\n` : ''
    return `${title} ${error.message}\n${error.fix.map(fix => `  ${paint(terminal, 'bold', '->')} ${fix}\n`).join('')}${stack}`
  }
  const stack = verbosity >= 5 && error instanceof Error ? error.stack ?? '' : 'Run it again with -v 5 for details, and report this: it is a bug of kubeadm.'
  return `${title} ${messageOf(error)}\n  ${stack}\n`
}
