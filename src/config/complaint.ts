import { Problem } from '../core/problem.ts'

/** A place in a configuration file; lines and columns count from 1. */
export interface Place {
  readonly file: string
  readonly line: number
  readonly column: number
  /** That line, with secrets masked. */
  readonly text: string
}

/** One thing that is wrong in a configuration. */
export interface Complaint {
  readonly place?: Place
  readonly what: string
  readonly fix: string
  /** Makes the Problem's code when it is the only complaint. */
  readonly code?: string
}

/** All complaints as one Problem, `configuration-invalid` unless the only one has a code of its own. */
export function complaintsProblem(complaints: readonly [Complaint, ...Complaint[]]): Problem {
  const [first, ...others] = complaints
  if (others.length === 0) return new Problem(first.code ?? 'configuration-invalid', describe(first), [first.fix])
  return new Problem('configuration-invalid', [
    `The configuration has ${complaints.length} errors:`,
    ...complaints.map(complaint => `${describe(complaint)}\n    ${complaint.fix}`),
  ].join('\n'), ['Correct them all, then run the same command again.'])
}

function describe({ place, what }: Complaint): string {
  if (place === undefined) return what
  return `${place.file}:${place.line}:${place.column}: ${what}\n    ${place.text.trim()}`
}

/** Throws when there are any. */
export function refuse(complaints: readonly Complaint[]): void {
  const [first, ...others] = complaints
  if (first !== undefined) throw complaintsProblem([first, ...others])
}
