/** One step of a workflow. A phase with children runs itself first, then them, in order. */
export interface Phase<Context> {
  readonly name: string
  readonly summary: string
  /** Other names that `--skip-phases` and `phase <name>` accept. */
  readonly aliases?: readonly string[]
  /** Flags of the parent command that `phase <name>` takes too. */
  readonly flags?: readonly string[]
  readonly hidden?: true
  readonly when?: (context: Context) => boolean
  readonly run?: (context: Context) => Promise<void>
  readonly phases?: readonly Phase<Context>[]
  /** Does not wait for the sibling before it: the two run side by side. */
  readonly alongside?: true
}

/** Every phase of a workflow with its path (`certs/ca`), parents before their children. */
export function flatten<Context>(
  workflow: readonly Phase<Context>[], parent = '',
): readonly { path: string, phase: Phase<Context> }[] {
  return workflow.flatMap(phase => {
    const path = parent === '' ? phase.name : `${parent}/${phase.name}`
    return [{ path, phase }, ...flatten(phase.phases ?? [], path)]
  })
}
