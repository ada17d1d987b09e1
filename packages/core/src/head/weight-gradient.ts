import type { BackwardContext } from './backward.js'
import type { FloatArray } from './batch.js'
import type { ClassBlock } from './cosine.js'
import { tangent } from './target.js'
import { addScaled, type TargetSlopes, targetPulls } from './target-gradient.js'

/** Gradient of a block's classes before the class weights' normalisation is undone. */
export interface BlockGradient {
  /** [count·K, D] Σ d loss/d cosine · x̂. */
  readonly sum: Float64Array
  /** [count·K] d loss/d |w| of the non-targets. */
  readonly byNorm: Float64Array
}

/**
 * From the gradient g by a unit vector û to the one by its raw vector, in place: (g - <g, û>û)/norm, plus the slope by the norm
 * along û.
 */
export const undoNormalization = (
  gradient: Float64Array,
  unit: Float64Array,
  start: number,
  dimension: number,
  norm: number,
  byNorm: number,
): void => {
  let along = 0
  for (let at = start; at < start + dimension; at++) {
    along += (gradient[at] as number) * (unit[at] as number)
  }
  for (let at = start; at < start + dimension; at++) {
    const u = unit[at] as number
    gradient[at] = ((gradient[at] as number) - along * u) / norm + byNorm * u
  }
}

/** Writes d loss/d W, a block of classes at a time. */
export const createWeightWriter = (
  context: BackwardContext,
  slopes: TargetSlopes,
  out: FloatArray,
): ((block: ClassBlock, gradient: BlockGradient) => void) => {
  const { centers, columns, embeddings, targets } = context
  const { dimension, subCenters } = centers
  const scratch = new Float64Array(dimension)
  const rowsOf = new Map<number, number[]>()
  columns.forEach((column, row) => {
    const rows = rowsOf.get(column)
    if (rows) rows.push(row)
    else rowsOf.set(column, [row])
  })

  return (block, { sum, byNorm }) => {
    const { units, norms, count, start: first } = block
    for (let lane = 0; lane < count; lane++) {
      for (const row of rowsOf.get(first + lane) ?? []) {
        for (const { subCenter, factor } of targetPulls(context, slopes, row)) {
          const start = (lane * subCenters + subCenter) * dimension
          const sine = tangent(units, start, embeddings, row * dimension, dimension, scratch)
          addScaled(scratch, factor(sine), sum, start, dimension)
        }
        const v = lane * subCenters + (targets.chosen[row] as number)
        byNorm[v] = (byNorm[v] as number) + (slopes.weightNorm[row] as number)
      }
    }
    for (let v = 0; v < count * subCenters; v++) {
      const norm = norms[v] as number
      const start = v * dimension
      if (norm === 0) sum.fill(0, start, start + dimension)
      else undoNormalization(sum, units, start, dimension, norm, byNorm[v] as number)
      const place = centers.place(first + Math.floor(v / subCenters), v % subCenters)
      for (let d = 0; d < dimension; d++) out[place + d * centers.stride] = sum[start + d] as number
    }
  }
}
