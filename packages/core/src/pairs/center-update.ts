import { ParameterError } from '../errors.js'
import type { FloatArray } from '../head/batch.js'
import type { PairBatch } from './batch.js'
import { center } from './losses/center.js'
import { pairLoss } from './pair-loss.js'

/** Samples and the centers that they pull. */
export interface CenterBatch extends Pick<PairBatch, 'embeddings' | 'labels' | 'dimension'> {
  /** [C, D]. */
  readonly centers: FloatArray
}

/**
 * The paper's step for the centers: Δ_j = Σ (c_j - x_i) / (1 + n_j) over the n_j samples of class j, 0 for a class without any.
 * Wen et al., ECCV 2016, eq. 4.
 *
 * @returns [C, D].
 * @throws as {@link pairLoss}.
 */
export const centerSteps = ({ centers, ...batch }: CenterBatch): Float64Array => {
  const others = { embeddings: Float64Array.from(centers) }
  // The gradient of Σ ½|x - c|² by a center is Σ (c - x).
  const { gradients } = pairLoss(
    center(),
    { ...batch, others },
    { reduction: 'sum', gradients: { others: true } },
  )
  const counts = new Float64Array(centers.length / batch.dimension)
  for (const label of Array.from(batch.labels ?? counts.keys())) {
    if (label >= 0) counts[label] = (counts[label] as number) + 1
  }
  return Float64Array.from(
    gradients.others ?? [],
    (sum, at) => sum / (1 + (counts[Math.floor(at / batch.dimension)] as number)),
  )
}

/**
 * The centers after a step: c - rate·Δ. The given array is not changed.
 *
 * @param rate the paper's α, above 0 and at most 1. Default 0.5, the paper's.
 * @returns [C, D] in the precision of the centers.
 */
export const updateCenters = (batch: CenterBatch, rate = 0.5): FloatArray => {
  if (!(rate > 0 && rate <= 1)) {
    const allowed = 'a number above 0, at most 1'
    throw new ParameterError('is out of range', { argument: 'rate', value: rate, allowed })
  }
  const steps = centerSteps(batch)
  return batch.centers.map((value, at) => value - rate * (steps[at] as number))
}
