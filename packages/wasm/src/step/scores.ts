import { cosineScoresWith, topKWith } from '@arcmargin/core/backend'
import type { ScoreBatch, TopK } from '@arcmargin/core/head'
import { doubleKernels } from '../kernel/doubles.js'

/**
 * Cosines without margin, for inference: `cosineScores` of `@arcmargin/core/head` on float64 SIMD.
 *
 * @param batch embeddings [N, D] and class weights [C, D] or [C, K, D].
 * @returns [N, C].
 */
export const cosineScores = (batch: ScoreBatch): Float64Array =>
  cosineScoresWith(doubleKernels, batch)

/**
 * The k best classes of each row by cosine, streamed: `topK` of `@arcmargin/core/head` on float64 SIMD.
 *
 * @param batch embeddings [N, D] and class weights [C, D] or [C, K, D].
 * @param k 1 to C.
 */
export const topK = (batch: ScoreBatch, k: number): TopK => topKWith(doubleKernels, batch, k)
