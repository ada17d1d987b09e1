import * as tf from '@tensorflow/tfjs-core'

/** Decay of the two moments, and what keeps the quotient finite (Kingma and Ba, 2015). */
const [first, second, epsilon] = [0.9, 0.999, 1e-8]

/** Means of the gradients and of their squares, of all weights in a row. */
export type Moments = [mean: tf.Tensor, square: tf.Tensor]

/** Moments before the first step. */
export const noMoments = (size: number): Moments => [tf.zeros([size]), tf.zeros([size])]

/**
 * One step of Adam on all weights together: joined to one row it takes a dozen ops, not a dozen a weight, and TensorFlow.js's own has no
 * learning rate that changes.
 *
 * @param step from 1.
 */
export const adam = (
  weights: readonly tf.Tensor[],
  gradients: readonly tf.Tensor[],
  [oldMean, oldSquare]: Moments,
  { rate, step }: { readonly rate: number; readonly step: number },
): [weights: tf.Tensor[], moments: Moments] => {
  const gradient = tf.concat(gradients.map((one) => tf.reshape(one, [-1])))
  const mean = tf.add(tf.mul(oldMean, first), tf.mul(gradient, 1 - first))
  const square = tf.add(tf.mul(oldSquare, second), tf.mul(tf.square(gradient), 1 - second))
  const scaled = tf.add(tf.sqrt(tf.div(square, 1 - second ** step)), epsilon)
  const moves = tf.mul(tf.div(mean, scaled), rate / (1 - first ** step))
  const each = tf.split(
    moves,
    weights.map(({ size }) => size),
  )
  const moved = weights.map((weight, i) =>
    tf.sub(weight, tf.reshape(each[i] as tf.Tensor, weight.shape)),
  )
  return [moved, [mean, square]]
}
