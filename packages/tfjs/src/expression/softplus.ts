import * as tf from '@tensorflow/tfjs-core'
import { logarithm } from './functions.js'
import { fusesFormulas, runFormula } from './kernel.js'

/** Coefficients of atanh(s)/s in s², which for s <= 1/3 leave less than half a unit in the last place of a float32. */
const atanhSeries = [1 / 15, 1 / 13, 1 / 11, 1 / 9, 1 / 7, 1 / 5, 1 / 3, 1]

/**
 * log(1 + x) for x >= 0, accurate for small x too: 2·atanh(x/(2 + x)) up to 1. The `log1p` of GPU backends is log(1 + x), which
 * has no digits left of a small x.
 */
export const log1p = (x: tf.Tensor): tf.Tensor => {
  if (fusesFormulas()) return runFormula('log1p', { x })
  const small = tf.minimum(x, 1)
  const s = tf.div(small, tf.add(small, 2))
  const square = tf.square(s)
  const [first = 0, ...rest] = atanhSeries
  let sum: tf.Tensor = tf.fill(square.shape, first)
  for (const coefficient of rest) sum = tf.add(tf.mul(sum, square), coefficient)
  const series = tf.mul(tf.mul(s, 2), sum)
  return tf.where(tf.less(x, 1), series, logarithm(tf.add(tf.maximum(x, 1), 1)))
}

/** log(1 + e^x) without overflow above and without loss of small values below. */
export const softplus = (x: tf.Tensor): tf.Tensor =>
  tf.add(tf.maximum(x, 0), log1p(tf.exp(tf.neg(tf.abs(x)))))
