import type { FloatArray } from './batch.js'
import { addTargetToEmbedding, type TargetContext, type TargetSlopes } from './target-gradient.js'
import { undoNormalization } from './weight-gradient.js'

/**
 * Writes d loss/d X.
 *
 * @param sum [N, D] Σ over the non-targets of d loss/d cosine · ŵ; overwritten.
 * @param byNorm [N] d loss/d |x|, that of the target included.
 */
export const writeEmbeddings = (
  context: TargetContext,
  slopes: TargetSlopes,
  sum: Float64Array,
  byNorm: Float64Array,
  out: FloatArray,
): void => {
  const { centers, embeddings, featureNorms } = context
  const { dimension } = centers
  const scratch = new Float64Array(dimension)
  featureNorms.forEach((norm, row) => {
    const start = row * dimension
    if (norm === 0) {
      sum.fill(0, start, start + dimension)
      return
    }
    undoNormalization(sum, embeddings, start, dimension, norm, byNorm[row] as number)
    addTargetToEmbedding(context, slopes, row, scratch, sum)
  })
  out.set(sum)
}
