import type { BackwardContext } from './backward.js'
import type { FloatArray } from './batch.js'
import type { ClassBlock } from './cosine.js'
import { tangent } from './target.js'
import { addScaled, type TargetSlopes, targetPulls } from './target-gradient.js'

/** Gradient of a block's classes before the class weights' normalisation is undone. */
export interface BlockGradient {
  /** [count·K, D] Σ d loss/d cosine · x̂. */
  readonly sum: Float64Array
  /** [count·K] Σ d loss/d cosine · cosine: what of `sum` lies along ŵ. */
  readonly along: Float64Array
  /** [count·K] d loss/d |w| of the non-targets. */
  readonly byNorm: Float64Array
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

  return (block, { sum, along, byNorm }) => {
    const { units, norms, count, start: first } = block
    for (let v = 0; v < count * subCenters; v++) {
      const start = v * dimension
      for (let d = 0; d < dimension; d++) {
        sum[start + d] =
          (sum[start + d] as number) - (along[v] as number) * (units[start + d] as number)
      }
    }
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
      const inverse = norm === 0 ? 0 : 1 / norm
      const place = centers.place(first + Math.floor(v / subCenters), v % subCenters)
      for (let d = 0; d < dimension; d++) {
        const at = v * dimension + d
        const radial = (byNorm[v] as number) * (units[at] as number)
        out[place + d * centers.stride] = (sum[at] as number) * inverse + radial
      }
    }
  }
}
