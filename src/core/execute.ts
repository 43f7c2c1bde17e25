import type { Emit } from './event.ts'
import type { Step } from './plan.ts'

/**
 * Runs the steps of a plan. A step marked `alongside` starts together with the one before it; the next step that is
 * not waits for all of them. After a failure nothing new is started, and the first failure is thrown.
 */
export async function execute<Context>(steps: readonly Step<Context>[], context: Context, emit: Emit): Promise<void> {
  for (const group of groups(steps)) {
    const results = await Promise.allSettled(group.map(step => executeStep(step, context, emit)))
    for (const result of results) if (result.status === 'rejected') throw result.reason
  }
}

async function executeStep<Context>(step: Step<Context>, context: Context, emit: Emit): Promise<void> {
  const { phase, path } = step
  if (step.skipped) return emit({ type: 'phase', phase: path, status: 'skipped', reason: 'asked' })
  if (phase.when !== undefined && !phase.when(context)) {
    return emit({ type: 'phase', phase: path, status: 'skipped', reason: 'not-needed' })
  }
  emit({ type: 'phase', phase: path, status: 'start' })
  try {
    await phase.run?.(context)
    await execute(step.steps, context, emit)
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
