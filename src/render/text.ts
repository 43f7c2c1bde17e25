import type { Change, Event, Finding } from '../core/event.ts'
import { problemText } from './problem.ts'
import type { Renderer } from './renderer.ts'
import { paint, type Terminal } from './terminal.ts'

interface TextOptions {
  /** 0: titles and their [done]; 1: phases and notes; 2: changes. */
  readonly verbosity: number
  /** Whether notes are shown without -v, too: for work that installs things. */
  readonly notes?: boolean
  /** The title that a phase is done under, such as `Initializing kubernetes master...`; undefined: none. */
  readonly title: (phase: string) => string | undefined
}

/** Column at which [done] stands, as in the cluster-creation proposal. */
const doneColumn = 35

/** Milliseconds between two lines about the same wait. */
const tellEvery = 5000

/** Plain lines, and on a terminal one line that is redrawn while something takes long. */
export function textRenderer(terminal: Terminal, options: TextOptions): Renderer {
  let current: string | undefined
  let drawn = false
  let toldAt = 0
  const detailed = options.verbosity >= 1
  const redrawn = terminal.interactive && !detailed

  const erase = () => {
    if (!drawn) return
    if (redrawn) terminal.out('\r\u001B[K')
    drawn = false
  }
  const draw = (progress: string) => {
    if (!redrawn || current === undefined) return
    const title = current.padEnd(doneColumn - 1)
    const room = Math.max(0, terminal.columns - title.length - 2)
    terminal.out(`\r\u001B[K${title} ${paint(terminal, 'dim', progress.slice(0, room))}`)
    drawn = true
  }
  const close = (mark: string) => {
    if (current === undefined) return
    erase()
    terminal.out(`${current.padEnd(doneColumn - 1)} ${mark}\n`)
    current = undefined
  }
  const open = (title: string | undefined) => {
    if (title === current || title === undefined) return
    close(done())
    current = title
    if (detailed) terminal.out(`${title}\n`)
    else draw('')
  }
  const done = () => paint(terminal, 'green', '[done]')
  const line = (text: string) => {
    erase()
    terminal.out(`${text}\n`)
  }

  return {
    event: event => {
      switch (event.type) {
        case 'phase':
          if (event.status === 'start') {
            open(options.title(event.phase))
            draw(event.phase)
          }
          if (detailed) line(phaseText(event))
          return
        case 'note':
          if (detailed || options.notes) line(`    ${event.text}`)
          return
        case 'change':
          if (options.verbosity >= 2) line(`    ${changeText(event.change)}`)
          return
        case 'finding':
          erase()
          terminal.err(findingText(terminal, event))
          return
        case 'wait':
          if (!detailed) return draw(waitText(event))
          if (event.elapsed < toldAt) toldAt = 0
          if (event.elapsed - toldAt >= tellEvery) {
            toldAt = event.elapsed
            line(`    ${waitText(event)}`)
          }
          return
        default:
          event satisfies never
      }
    },
    end: succeeded => {
      if (succeeded) close(done())
      else close(paint(terminal, 'red', '[failed]'))
    },
    result: text => terminal.out(text),
    problem: error => {
      erase()
      terminal.err(problemText(terminal, error, options.verbosity))
    },
  }
}

function phaseText(event: Event & { type: 'phase' }): string {
  const depth = '  '.repeat(event.phase.split('/').length)
  return event.status === 'skipped'
    ? `${depth}[${event.phase}] skipped: ${{ 'asked': 'asked for', 'not-needed': 'not needed' }[event.reason]}`
    : `${depth}[${event.phase}] ${event.status}`
}

function waitText(event: Event & { type: 'wait' }): string {
  return `${event.target}: ${event.seen} (${Math.round(event.elapsed / 1000)} s)`
}

function findingText(terminal: Terminal, finding: Finding): string {
  const title = finding.level === 'error'
    ? paint(terminal, 'red', `[ERROR ${finding.check}]`)
    : paint(terminal, 'yellow', `[WARNING ${finding.check}]`)
  return `  ${title}: ${finding.message}\n${finding.fix.map(fix => `      ${paint(terminal, 'bold', '->')} ${fix}\n`).join('')}`
}

function changeText(change: Change): string {
  switch (change.kind) {
    case 'file': case 'directory': return `${change.action} ${change.path}`
    case 'command': return `run ${change.command}`
    case 'service': return `${change.action} ${change.unit}`
    case 'container': case 'object': return `${change.action} ${change.name}`
    default: return change satisfies never
  }
}
