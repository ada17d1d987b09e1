import type { Seen } from '../training/experiment.js'
import { type Measures, measure, unitRows } from '../training/measure.js'
import type { Dimension } from '../training/net.js'

/** What one picture shows at one moment. */
export interface Scene {
  /** [N · D] unit features. */
  readonly features: Float64Array
  /** [8 · D] unit class weights. */
  readonly classWeights: Float64Array
  /** Measured on what is drawn, not on what it moves to. */
  readonly measures: Measures
}

/** Unit rows on the way from one state to the next. */
const between = (
  from: ArrayLike<number>,
  to: ArrayLike<number>,
  share: number,
  dimension: Dimension,
): Float64Array => {
  const end = unitRows(to, dimension)
  if (share >= 1) return end
  const start = unitRows(from, dimension)
  const mixed = end.map((value, at) => share * value + (1 - share) * (start[at] as number))
  return unitRows(mixed, dimension)
}

/**
 * A state of a net between two that are known.
 *
 * @param share 0: the first, 1: the second.
 */
export const sceneBetween = (
  from: Seen,
  to: Seen,
  share: number,
  labels: ArrayLike<number>,
  dimension: Dimension,
): Scene => {
  const features = between(from.features, to.features, share, dimension)
  const classWeights = between(from.classWeights, to.classWeights, share, dimension)
  const measures = share >= 1 ? to.measures : measure(features, classWeights, labels, { dimension })
  return { features, classWeights, measures }
}
