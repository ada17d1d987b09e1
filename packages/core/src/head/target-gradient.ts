import type { FloatArray } from './batch.js'
import type { Step } from './prepare.js'
import { tangent } from './target.js'

/** What of a step the target entries' gradients need. */
export type TargetContext = Pick<
  Step,
  'targets' | 'centers' | 'pooling' | 'embeddings' | 'featureNorms'
>

/** d reduced loss of each row by its target's angle and by both norms. */
export interface TargetSlopes {
  readonly angle: Float64Array
  readonly featureNorm: Float64Array
  readonly weightNorm: Float64Array
}

/** One target entry's pull: along the tangent of a row towards one of its sub-centers. */
export interface TargetPull {
  /** Sub-center of the row's class. */
  readonly subCenter: number
  /** Where its unit vector starts in `targets.units`. */
  readonly start: number
  /** d loss along the unit tangent, for the given sine of the angle between the two. */
  factor(sine: number): number
}

/** How the target of a row pulls: at its pooled sub-center, or at all of them where the pooling is soft. */
export const targetPulls = (
  { targets, centers, pooling }: TargetContext,
  slopes: TargetSlopes,
  row: number,
): readonly TargetPull[] => {
  const { subCenters, dimension } = centers
  const first = row * subCenters
  const angle = slopes.angle[row] as number
  const pull = (subCenter: number, factor: TargetPull['factor']): TargetPull => ({
    subCenter,
    start: (first + subCenter) * dimension,
    factor,
  })
  // Towards the center the angle falls.
  if (!pooling.soft) return [pull(targets.chosen[row] as number, () => -angle)]
  const sine = targets.sines[row] as number
  const byCosine = sine === 0 ? 0 : -angle / sine
  const pooled = targets.cosines[row] as number
  return Array.from({ length: subCenters }, (_, k) => {
    const share = pooling.weight(targets.each, first, pooled, 0, k)
    return pull(k, (between) => byCosine * share * between)
  })
}

/** Adds a row's target gradient to its embedding's: bounded by |slope|/|x| because the tangent is a unit vector. */
export const addTargetToEmbedding = (
  context: TargetContext,
  slopes: TargetSlopes,
  row: number,
  scratch: Float64Array,
  out: Float64Array,
): void => {
  const { embeddings, centers, featureNorms, targets } = context
  const { dimension } = centers
  const norm = featureNorms[row] as number
  for (const { start, factor } of targetPulls(context, slopes, row)) {
    const sine = tangent(embeddings, row * dimension, targets.units, start, dimension, scratch)
    addScaled(scratch, factor(sine) / norm, out, row * dimension, dimension)
  }
}

/** out[start + d] += factor·vector[d]. */
export const addScaled = (
  vector: Float64Array,
  factor: number,
  out: FloatArray,
  start: number,
  dimension: number,
): void => {
  for (let d = 0; d < dimension; d++) {
    out[start + d] = (out[start + d] as number) + factor * (vector[d] as number)
  }
}
