import type { Emit } from '../core/event.ts'
import { Problem } from '../core/problem.ts'
import type { Host } from '../host/host.ts'
import { facts, type Facts } from './facts.ts'

/** What a check found wrong. */
export interface Defect {
  readonly level: 'warning' | 'error'
  readonly message: string
  readonly fix: readonly [string, ...string[]]
}

/** Looks at one thing and changes nothing. The names are upstream's, several checks may share one; `--ignore-preflight-errors` takes them. */
export interface Check {
  readonly name: string
  /** A Problem that it throws counts as an error that it found. */
  readonly run: (facts: Facts) => Promise<readonly Defect[]>
}

/**
 * Runs all checks side by side and tells everything that they find, in the order of the list. Errors of ignored checks
 * (any case, or `all`) become warnings; any other error ends in the Problem `preflight-failed`.
 */
export async function runChecks(checks: readonly Check[], host: Host, ignore: readonly string[], emit: Emit): Promise<void> {
  const ignored = ignoredChecks(ignore)
  const known = facts(host)
  const failed = new Set<string>()
  let errors = 0
  try {
    const found = await Promise.all(checks.map(async check => ({ check: check.name, defects: await defects(check, known) })))
    for (const { check, defects } of found) {
      for (const { level, message, fix } of defects) {
        const lowered = level === 'error' && ignored(check) ? 'warning' : level
        emit({ type: 'finding', check, level: lowered, message, fix })
        if (lowered === 'warning') continue
        errors++
        failed.add(check)
      }
    }
  } finally {
    known.close()
  }
  if (errors > 0) throw preflightFailed(errors, [...failed])
}

async function defects(check: Check, known: Facts): Promise<readonly Defect[]> {
  try {
    return await check.run(known)
  } catch (error) {
    if (error instanceof Problem) return [{ level: 'error', message: error.message, fix: error.fix }]
    throw error
  }
}

function ignoredChecks(ignore: readonly string[]): (check: string) => boolean {
  const names = new Set(ignore.map(name => name.toLowerCase()))
  if (names.has('all') && names.size > 1) {
    throw new Problem('ignored-checks-contradict', '"all" cannot be combined with other names of checks to ignore.',
      ['Use either --ignore-preflight-errors=all or a list of names.'])
  }
  return check => names.has('all') || names.has(check.toLowerCase())
}

function preflightFailed(errors: number, checks: readonly string[]): Problem {
  return new Problem('preflight-failed',
    `This machine is not ready: ${errors === 1 ? 'one error was' : `${errors} errors were`} found before anything was written (${checks.join(', ')}).`,
    ['Mend what is said above, then run the same command again.',
      `Or go on in spite of it, if you know that it does no harm: --ignore-preflight-errors=${checks.join(',')}`])
}
