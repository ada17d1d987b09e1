import { checkValue } from '../../losses/parameter.js'
import { createTriplets, eachRow, type MinerBatch, type Triplets } from './rows.js'

/** Bounds of distance-weighted sampling. */
export interface DistanceWeightedOptions {
  /** Distances below count as this one, so that the very nearest do not take all. Default 0.5, the paper's. */
  readonly cutoff?: number
  /** Negatives at this distance or beyond are never drawn: their loss is 0. Default 1.4, the authors' code. */
  readonly farthest?: number
}

/**
 * One triplet for each positive pair, its negative drawn with probability ∝ 1/q(d), where q(d) = d^{D-2}·(1 - d²/4)^{(D-3)/2} is how
 * often distance d occurs on the sphere: near and far negatives come equally often. Wu et al., ICCV 2017, arXiv:1706.07567, eq. 4.
 *
 * @param random uniform numbers in [0, 1), e.g. a seeded generator: the same numbers give the same triplets.
 */
export const mineDistanceWeighted = (
  batch: MinerBatch,
  random: () => number,
  { cutoff = 0.5, farthest = 1.4 }: DistanceWeightedOptions = {},
): Triplets => {
  checkValue('cutoff', { above: 0, maximum: 2 }, cutoff)
  checkValue('farthest', { above: 0 }, farthest)
  const { dimension } = batch
  const triplets = createTriplets()
  eachRow(batch, 'chord', ({ anchor, positives, negatives, minus }) => {
    // 1 - d²/4 is kept off 0, where q of few dimensions is infinite and of many is 0.
    const logWeights = minus.map((chord) => {
      if (chord >= farthest) return -Infinity
      const d = Math.max(chord, cutoff)
      const rest = Math.max(1 - (d * d) / 4, 1e-8)
      return -(dimension - 2) * Math.log(d) - ((dimension - 3) / 2) * Math.log(rest)
    })
    const highest = logWeights.reduce((most, value) => Math.max(most, value), -Infinity)
    if (highest === -Infinity) return
    const weights = logWeights.map((value) => Math.exp(value - highest))
    const total = weights.reduce((sum, value) => sum + value, 0)
    for (const positive of positives) {
      let left = random() * total
      let drawn = -1
      weights.forEach((weight, lane) => {
        if (weight === 0 || (drawn >= 0 && left < 0)) return
        left -= weight
        drawn = lane
      })
      triplets.add(anchor, positive, negatives[drawn] as number)
    }
  })
  return triplets.take()
}
