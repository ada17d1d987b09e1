import * as tf from '@tensorflow/tfjs-core'
import { toFloat } from '../expression/cast.js'
import { toTensor, type Value } from '../expression/emit.js'

/** Stands for -∞, log Σ over nothing, and stays finite when a score is added. */
export const lowest = -1e38

/** weights·value, 0 for weight 0: a value that does not count may be anything. */
export const weigh = (weights: tf.Tensor, value: Value): tf.Tensor =>
  tf.where(tf.greater(weights, 0), tf.mul(weights, value), 0)

/** Σ weights·value, a scalar. */
export const total = (weights: tf.Tensor, value: Value): tf.Tensor => tf.sum(weigh(weights, value))

/** log Σ weights·e^scores along the rows, [anchors, 1]. */
export const logSum = (weights: tf.Tensor, scores: tf.Tensor): tf.Tensor => {
  const masked = tf.where(tf.greater(weights, 0), scores, lowest)
  const largest = tf.max(masked, 1, true)
  const sum = tf.sum(tf.mul(weights, tf.exp(tf.sub(masked, largest))), 1, true)
  const some = tf.greater(sum, 0)
  return tf.where(some, tf.add(largest, tf.log(tf.where(some, sum, 1))), lowest)
}

/** log(e^a + e^b), also where one is {@link lowest}. */
export const joinLogs = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => {
  const largest = tf.maximum(a, b)
  return tf.add(largest, tf.log(tf.add(tf.exp(tf.sub(a, largest)), tf.exp(tf.sub(b, largest)))))
}

/** [rows, width] 1 at each row's column, else 0. Compared, since the one-hot kernels of some backends keep to int32. */
export const oneHot = (columns: Int32Array, width: number): tf.Tensor => {
  const range = tf.reshape(tf.range(0, width, 1, 'int32'), [1, width])
  return toFloat(tf.equal(tf.tensor2d(columns, [columns.length, 1], 'int32'), range))
}

/** A value over [anchors, M]. */
export const spread = (value: Value, like: tf.Tensor): tf.Tensor =>
  tf.broadcastTo(toTensor(value), like.shape)
