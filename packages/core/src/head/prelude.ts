import type { HeadOptions } from './batch.js'
import { checkTerms } from './check-terms.js'
import { drawValues } from './draws.js'
import type { Step } from './prepare.js'
import { type LossState, nextState } from './state.js'
import { addRowValues, takeStatistics } from './statistics.js'

/**
 * Stage 3 before the logits: margins are drawn, statistics taken, the state moves on, and the row values that the other logits
 * use are added to the environment. Returns the state after the step.
 *
 * @throws NonFiniteError where the target's formulas have no finite value.
 */
export const prelude = (step: Step, { training = true, random }: HeadOptions): LossState => {
  const { loss, resolved, derived, environment, before, parameters } = step
  Object.assign(environment.uniform, before)
  drawValues(resolved, environment, step.columns, training, random)
  const statistics = takeStatistics(resolved, step, step.blocks, step.columns, step.shard)
  // Statistics come before the state moves on, and the logits after it.
  const state =
    training && statistics['batchSize']
      ? nextState(loss, before, { ...parameters.scalars, ...statistics })
      : before
  Object.assign(environment.uniform, state)
  const { other, coupled } = derived
  const slopes = Object.values(coupled).map(({ slope }) => slope)
  addRowValues([resolved.other, other.slope, ...slopes], resolved, environment)
  checkTerms(step)
  return state
}
