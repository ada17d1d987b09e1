import type { DerivedLogit } from '../losses/derive.js'
import { backward, sumOverOthers } from './backward.js'
import type { HeadResult } from './batch.js'
import { evaluateRows } from './environment.js'
import { createParameterGradients } from './parameter-gradient.js'
import type { Step } from './prepare.js'
import type { Reducer } from './reduce.js'
import { isHere } from './shard.js'
import type { TargetSlopes } from './target-gradient.js'

/** A formula of the row and d reduced loss / d its value, [N]. */
interface RowPart {
  readonly logit: DerivedLogit
  readonly factors: Float64Array
}

/** [N] each: d reduced loss by the row values that other logits use. */
const couplingFactors = (step: Step, reducer: Reducer): readonly Float64Array[] => {
  const sums = sumOverOthers(
    { ...step, reducer },
    Object.values(step.derived.coupled).map(({ slope }) => slope),
    step.blocks,
  )
  for (const sum of sums) step.shard?.sum(sum)
  return sums
}

/**
 * Everything of a row that depends on its target's angle: the target logit, its regulariser, values that other logits use.
 *
 * @param targetFactors [N] d loss of the row / d target logit.
 * @param couplings what `derived.coupled` holds, in order: [N] d reduced loss / d row value.
 */
export const rowParts = (
  step: Step,
  targetFactors: Float64Array,
  couplings: readonly Float64Array[],
): readonly RowPart[] => {
  const { target, sample, coupled } = step.derived
  const factors = targetFactors.map((factor, row) => factor * (step.rowScale[row] as number))
  return [
    { logit: target, factors },
    ...(sample ? [{ logit: sample, factors: step.rowScale }] : []),
    ...Object.values(coupled).map(({ row }, index) => ({
      logit: row,
      factors: couplings[index] as Float64Array,
    })),
  ]
}

/** Σ over the parts of factor · slope, for every row that counts and whose target is here. */
export const slopesOf = (step: Step, parts: readonly RowPart[]): TargetSlopes => {
  const sum = (key: 'slope' | 'featureNorm' | 'weightNorm'): Float64Array => {
    const slopes = evaluateRows(
      parts.map(({ logit }) => logit[key]),
      step.environment,
    )
    const total = new Float64Array(step.columns.length)
    parts.forEach(({ factors }, part) => {
      const values = slopes[part] as Float64Array
      step.columns.forEach((column, row) => {
        // Without a direction there is no gradient, even where the slope is infinite.
        const still = key === 'slope' && step.targets.sines[row] === 0
        if (isHere(column) && !still) {
          total[row] = (total[row] as number) + (factors[row] as number) * (values[row] as number)
        }
      })
    })
    return total
  }
  return { angle: sum('slope'), featureNorm: sum('featureNorm'), weightNorm: sum('weightNorm') }
}

/** Stage 5: fills the buffers and collects the parameters' gradients. */
export const takeGradients = (
  step: Step,
  reducer: Reducer,
  targetFactors: Float64Array,
): HeadResult['gradients'] => {
  const { buffers, environment } = step
  if (!buffers) return { parameters: {} }
  const parts = rowParts(step, targetFactors, couplingFactors(step, reducer))
  const parameters = createParameterGradients(step)
  parameters.addRows(
    environment,
    parts.map(({ logit, factors }) => ({ formula: logit.value, factors })),
  )
  backward(
    { ...step, reducer },
    slopesOf(step, parts),
    step.blocks,
    buffers.embeddings,
    buffers.classWeights,
    parameters,
  )
  if (buffers.embeddings) step.shard?.sum(buffers.embeddings)
  return { ...buffers, parameters: parameters.take() }
}
