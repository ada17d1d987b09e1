import {
  createParameterGradients,
  finishSoftmax,
  isHere,
  type ReducedRows,
  rowParts,
  type Step,
  shareExponentials,
  shareOfRight,
  slopesOf,
  type TargetSlopes,
  targetTerms,
} from '@arcmargin/core/backend'
import type { HeadResult } from '@arcmargin/core/head'
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
  const accuracy = accuracyOf(step, sums)
  if (step.shard) shareExponentials(sums.largest, sums.sum, step.shard, logits.slope)
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
    accuracy,
    reduced,
    slopes: slopesOf(step, parts),
    shares,
    factors: shares.map((share, row) => share * (gradient[row] as number)),
    parameters: parameters.take(),
  }
}

/** Share of the rows that count whose best class is their own; of equal cosines the smaller class is the best, as in core. */
const accuracyOf = (step: Step, sums: RowSums): number => {
  const { columns, centers, labels } = step
  const { own, largest, index } = sums
  const scores = Float64Array.from(largest, (best, row) => Math.max(best, own[row] as number))
  const classes = Int32Array.from(index, (vector, row) => {
    const [mine, best] = [own[row] as number, largest[row] as number]
    const [column, other] = [columns[row] as number, Math.floor(vector / centers.subCenters)]
    const isOwn = isHere(column) && (mine > best || (mine === best && column < other))
    if (isOwn) return labels[row] as number
    return other < 0 ? -1 : centers.classOf(other)
  })
  return shareOfRight(step, scores, classes)
}

/**
 * Scales Σ e·ŵ to the gradient by the unit embeddings, in place, and returns d loss/d |x|.
 *
 * @param sum [N, D] Σ e·ŵ of the non-targets.
 */
export const scaleEmbeddings = (
  { embeddings, centers, columns }: Step,
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
    // The sums are those of all slices of the classes: what does not lie along the embedding is added where the target is.
    const apart = isHere(columns[row] as number) ? (sums[row] as number) : 0
    const others = (slope[row] as number) * along + (offset[row] as number) * apart
    return own + (shares[row] as number) * others
  })
}
