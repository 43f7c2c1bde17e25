import type { Emit } from './event.ts'
import type { Step } from './plan.ts'

/**
 * Runs the steps of a plan. A step marked `alongside` starts together with the one before it; the next step that is
 * not waits for all of them. After a failure nothing new is started, `stop` is aborted
 * for what runs beside it and would wait in vain, and the failure that came first is thrown.
 */
export async function execute<Context>(
  steps: readonly Step<Context>[], context: Context, emit: Emit, stop?: AbortController,
): Promise<void> {
  for (const group of groups(steps)) {
    const failures: unknown[] = []
    await Promise.all(group.map(async step => {
      try {
        if (failures.length === 0) await executeStep(step, context, emit, stop)
      } catch (error) {
        failures.push(error)
        stop?.abort(error)
      }
    }))
    if (failures.length > 0) throw failures[0]
  }
}

async function executeStep<Context>(step: Step<Context>, context: Context, emit: Emit, stop?: AbortController): Promise<void> {
  const { phase, path } = step
  if (step.skipped) return emit({ type: 'phase', phase: path, status: 'skipped', reason: 'asked' })
  if (phase.when !== undefined && !phase.when(context)) {
    return emit({ type: 'phase', phase: path, status: 'skipped', reason: 'not-needed' })
  }
  emit({ type: 'phase', phase: path, status: 'start' })
  try {
    await phase.run?.(context)
    await execute(step.steps, context, emit, stop)
  } catch (error) {
    emit({ type: 'phase', phase: path, status: 'failed' })
    throw error
  }
  emit({ type: 'phase', phase: path, status: 'done' })
}

function groups<Context>(steps: readonly Step<Context>[]): readonly (readonly Step<Context>[])[] {
  const result: Step<Context>[][] = []
  for (const step of steps) {
    const last = result.at(-1)
    if (step.phase.alongside && last !== undefined) last.push(step)
    else result.push([step])
  }
  return result
}
