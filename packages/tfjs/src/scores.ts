import { ParameterError } from '@arcmargin/core'
import { positiveInteger } from '@arcmargin/core/backend'
import * as tf from '@tensorflow/tfjs-core'
import { checkEmbeddings, checkTensor } from './head/check.js'
import { blockSizeFor } from './head/plan.js'
import { pool } from './head/pooling.js'
import { normalize } from './head/vectors.js'

/** The best classes of each row, best first. */
export interface TopK {
  /** [N, k] int32. */
  readonly classes: tf.Tensor2D
  /** [N, k] cosines. */
  readonly scores: tf.Tensor2D
}

/** Refuses tensors that do not go together. */
const check = (embeddings: tf.Tensor, classWeights: tf.Tensor): void => {
  checkTensor('classWeights', classWeights, [2, 3])
  checkEmbeddings(embeddings, classWeights.shape.at(-1) as number)
}

/** [count, K, D] class weights of the shape [count, D] or [count, K, D]. */
const bySubCenter = (classWeights: tf.Tensor): tf.Tensor3D =>
  classWeights.rank === 3 ? (classWeights as tf.Tensor3D) : tf.expandDims(classWeights, 1)

/** [N, count] pooled cosines of unit rows with a run of classes. */
const pooledCosines = (unit: tf.Tensor, weights: tf.Tensor3D): tf.Tensor2D => {
  const [count, subCenters, dimension] = weights.shape
  const centers = normalize(tf.reshape(weights, [count * subCenters, dimension]))
  const each = tf.matMul(unit, tf.transpose(centers.unit))
  return pool(tf.reshape(each, [-1, count, subCenters]), undefined).cosine as tf.Tensor2D
}

/**
 * Cosines without margin, for inference: the largest over the sub-centers of each class.
 *
 * @param embeddings [N, D] float32, raw.
 * @param classWeights [C, D] or [C, K, D] float32.
 * @returns [N, C].
 * @throws ParameterError, ShapeError before any tensor is made.
 */
export const cosineScores = (embeddings: tf.Tensor, classWeights: tf.Tensor): tf.Tensor2D => {
  check(embeddings, classWeights)
  return tf.tidy(() => pooledCosines(normalize(embeddings).unit, bySubCenter(classWeights)))
}

/** The k best of two runs of classes, [N, any] each. */
const better = (a: TopK, b: TopK, k: number): TopK => {
  const scores = tf.concat([a.scores, b.scores], 1)
  const classes = tf.concat([a.classes, b.classes], 1)
  const best = tf.topk(scores, Math.min(k, scores.shape[1]))
  const chosen = tf.gather(classes, best.indices as tf.Tensor2D, 1, 1)
  return { classes: chosen as tf.Tensor2D, scores: best.values as tf.Tensor2D }
}

/**
 * The k best classes of each row by cosine, streamed over the classes: no N×C array.
 *
 * @param embeddings [N, D] float32, raw.
 * @param classWeights [C, D] or [C, K, D] float32.
 * @param k 1 to C.
 * @param options `blockSize`: how many classes are taken at a time. Default: as many as make about a million values.
 * @throws ParameterError, ShapeError before any tensor is made.
 */
export const topK = (
  embeddings: tf.Tensor,
  classWeights: tf.Tensor,
  k: number,
  options: { readonly blockSize?: number } = {},
): TopK => {
  check(embeddings, classWeights)
  const [classes, subCenters, dimension] =
    classWeights.rank === 3
      ? (classWeights.shape as [number, number, number])
      : [classWeights.shape[0] as number, 1, classWeights.shape[1] as number]
  if (!(Number.isInteger(k) && k >= 1 && k <= classes)) {
    const allowed = `1 to ${classes}`
    throw new ParameterError('is out of range', { argument: 'k', value: k, allowed })
  }
  const rows = embeddings.shape[0] as number
  const blockSize = positiveInteger(
    'blockSize',
    options.blockSize ?? blockSizeFor(rows, dimension, subCenters),
  )
  return tf.tidy(() => {
    const { unit } = normalize(embeddings)
    let best: TopK | undefined
    for (let start = 0; start < classes; start += blockSize) {
      const count = Math.min(blockSize, classes - start)
      const before = best
      best = tf.tidy(() => {
        const block = tf.slice(bySubCenter(classWeights), [start, 0, 0], [count, -1, -1])
        const found = tf.topk(pooledCosines(unit, block), Math.min(k, count))
        const own: TopK = {
          classes: tf.add(found.indices, tf.scalar(start, 'int32')),
          scores: found.values as tf.Tensor2D,
        }
        return { ...(before ? better(before, own, k) : own) }
      })
      tf.dispose({ ...before })
    }
    return { ...(best as TopK) }
  })
}
