import type { HeadResult } from '@arcmargin/core'
import {
  createParameterGradients,
  finishSoftmax,
  type ReducedRows,
  rowParts,
  type Step,
  slopesOf,
  type TargetSlopes,
  targetTerms,
} from '@arcmargin/core/head'
import type { LinearLogits } from './linear.js'
import type { RowSums } from './passes.js'

/** Stage 4, and what the backward pass takes from it. */
export interface Reduction {
  readonly accuracy: number
  readonly reduced: ReducedRows
  /** d reduced loss of each row by its target's angle and by both norms. */
  readonly slopes: TargetSlopes
  /** [N] d reduced loss / d logit of a non-target with e = 1. */
  readonly shares: Float64Array
  /** [N] d reduced loss / d cosine of a non-target with e = 1. */
  readonly factors: Float64Array
  /** Gradients of the loss's parameters that were asked for. */
  readonly parameters: HeadResult['gradients']['parameters']
}

/** From the sums over the non-targets to losses and factors. */
export const reduce = (
  step: Step,
  { logits, gradient }: LinearLogits,
  sums: RowSums,
): Reduction => {
  const { resolved, columns, rowScale } = step
  const largest = sums.largest.map(
    (cosine, row) => (logits.slope[row] as number) * cosine + (logits.offset[row] as number),
  )
  const reduced = finishSoftmax(resolved, largest, sums.sum, targetTerms(step), columns)
  const shares = reduced.targetFactors.map((factor, row) => {
    const sum = sums.sum[row] as number
    return sum === 0 ? 0 : (-factor * (rowScale[row] as number)) / sum
  })
  const parts = rowParts(step, reduced.targetFactors, [])
  const parameters = createParameterGradients(step)
  parameters.addRows(
    step.environment,
    parts.map(({ logit, factors }) => ({ formula: logit.value, factors })),
  )
  return {
    accuracy: accuracyOf(step, sums),
    reduced,
    slopes: slopesOf(step, parts),
    shares,
    factors: shares.map((share, row) => share * (gradient[row] as number)),
    parameters: parameters.values,
  }
}

/** Of equal cosines the smaller class is the best, as in core. */
const accuracyOf = ({ columns, centers }: Step, { own, largest, index }: RowSums): number => {
  let [counted, right] = [0, 0]
  columns.forEach((column, row) => {
    if (column < 0) return
    counted++
    const [mine, best] = [own[row] as number, largest[row] as number]
    const other = Math.floor((index[row] as number) / centers.subCenters)
    if (mine > best || (mine === best && column < other)) right++
  })
  return counted === 0 ? 0 : right / counted
}

/**
 * Scales Σ e·ŵ to the gradient by the unit embeddings, in place, and returns d loss/d |x|.
 *
 * @param sum [N, D] Σ e·ŵ of the non-targets.
 */
export const scaleEmbeddings = (
  { embeddings, centers }: Step,
  { slopes, factors, shares }: Reduction,
  { featureNorm }: LinearLogits,
  { sum: sums }: RowSums,
  sum: Float64Array,
): Float64Array => {
  const { dimension } = centers
  return slopes.featureNorm.map((own, row) => {
    let along = 0
    for (let at = row * dimension; at < (row + 1) * dimension; at++) {
      along += (sum[at] as number) * (embeddings[at] as number)
      sum[at] = (sum[at] as number) * (factors[row] as number)
    }
    if (!featureNorm) return own
    const { slope, offset } = featureNorm
    const others = (slope[row] as number) * along + (offset[row] as number) * (sums[row] as number)
    return own + (shares[row] as number) * others
  })
}
