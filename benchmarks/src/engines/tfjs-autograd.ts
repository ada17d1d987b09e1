import * as tf from '@tensorflow/tfjs-core'
import { margin, scale } from '../head.js'
import type { TensorStep } from './tensor-step.js'

const unit = (rows: tf.Tensor2D): tf.Tensor2D => tf.div(rows, tf.norm(rows, 'euclidean', 1, true))

/**
 * The head as it is usually written with TensorFlow.js: the forward pass alone, `matMul` with its transpose flag, and the gradients
 * left to the library, which takes transpose flags again. It has no sub-centers.
 */
export const differentiated: TensorStep = (x, w, labels) => {
  const { value, grads } = tf.valueAndGrads((...given: tf.Tensor[]) => {
    const [embeddings, weights] = given as [tf.Tensor2D, tf.Tensor2D]
    const own = tf.cast(tf.oneHot(labels.tensor, weights.shape[0]), 'float32')
    const cosines = tf.matMul(unit(embeddings), unit(weights), false, true)
    const cosine = tf.clipByValue(cosines, -1 + 1e-7, 1 - 1e-7)
    const margined = tf.cos(tf.add(tf.acos(cosine), margin))
    const logits = tf.mul(tf.add(cosine, tf.mul(own, tf.sub(margined, cosine))), scale)
    return tf.losses.softmaxCrossEntropy(own, logits)
  })([x, w])
  const [dx, dw] = grads as [tf.Tensor, tf.Tensor]
  return [value, dx, dw]
}
