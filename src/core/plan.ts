import { Problem } from './problem.ts'
import { flatten, type Phase } from './phase.ts'

export interface Selection {
  /** Paths to run; everything else is left out. Absent: all. */
  readonly only?: readonly string[]
  /** Paths or names to leave out, with their children. */
  readonly skip?: readonly string[]
}

/** A phase that will be looked at: run, or reported as skipped. */
export interface Step<Context> {
  readonly path: string
  readonly phase: Phase<Context>
  readonly skipped: boolean
  readonly steps: readonly Step<Context>[]
}

/** What will run, in order, decided before anything does. Throws a Problem for a phase name that the workflow does not have. */
export function plan<Context>(workflow: readonly Phase<Context>[], selection: Selection = {}): readonly Step<Context>[] {
  const skip = new Set((selection.skip ?? []).map(name => resolve(workflow, name)))
  const only = selection.only?.map(name => resolve(workflow, name))
  const wanted = (path: string) => only === undefined ||
    only.some(chosen => chosen === path || path.startsWith(`${chosen}/`) || chosen.startsWith(`${path}/`))

  const steps = (phases: readonly Phase<Context>[], parent: string, skipped: boolean): readonly Step<Context>[] =>
    phases.flatMap(phase => {
      const path = parent === '' ? phase.name : `${parent}/${phase.name}`
      if (!wanted(path)) return []
      const out = skipped || skip.has(path)
      return [{ path, phase, skipped: out, steps: steps(phase.phases ?? [], path, out) }]
    })
  return steps(workflow, '', false)
}

function resolve<Context>(workflow: readonly Phase<Context>[], name: string): string {
  let phases = workflow
  const path: string[] = []
  for (const part of name.toLowerCase().split('/')) {
    const phase = phases.find(candidate => candidate.name === part || candidate.aliases?.includes(part))
    if (phase === undefined) {
      throw new Problem('phase-unknown', `There is no phase "${name}".`,
        [`Choose from: ${flatten(workflow).filter(entry => !entry.phase.hidden).map(entry => entry.path).join(', ')}`])
    }
    path.push(phase.name)
    phases = phase.phases ?? []
  }
  return path.join('/')
}
