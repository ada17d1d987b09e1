import * as tf from '@tensorflow/tfjs-core'
import { margin, scale } from '../head.js'
import type { TensorStep } from './tensor-step.js'

const rowSums = (tensor: tf.Tensor2D): tf.Tensor2D => tf.sum(tensor, 1, true)

const normalise = (rows: tf.Tensor2D): { unit: tf.Tensor2D; norm: tf.Tensor2D } => {
  const norm: tf.Tensor2D = tf.sqrt(rowSums(tf.square(rows)))
  return { unit: tf.div(rows, norm), norm }
}

/** The gradient by raw rows from the gradient by unit rows. */
const throughNorm = (
  gradient: tf.Tensor2D,
  { unit, norm }: { unit: tf.Tensor2D; norm: tf.Tensor2D },
): tf.Tensor2D => tf.div(tf.sub(gradient, tf.mul(unit, rowSums(tf.mul(gradient, unit)))), norm)

/**
 * The head as a user of TensorFlow.js would compose it, with the gradients written out: the library's own gradient of `matMul`
 * uses its transpose flags, which are many times slower in the WebAssembly backend than a transpose before the product. It has no
 * sub-centers.
 */
export const composed: TensorStep = (x, w, labels) =>
  tf.tidy(() => {
    const [rows] = x.shape
    const [classes] = w.shape
    const [embeddings, weights] = [normalise(x), normalise(w as tf.Tensor2D)]
    const own: tf.Tensor2D = tf.cast(tf.oneHot(labels.tensor, classes), 'float32') as tf.Tensor2D
    const cosines: tf.Tensor2D = tf.matMul(embeddings.unit, tf.transpose(weights.unit))
    const cosine = tf.clipByValue(rowSums(tf.mul(cosines, own)), -1 + 1e-7, 1 - 1e-7)
    const sine = tf.sqrt(tf.sub(1, tf.square(cosine)))
    const target = tf.sub(tf.mul(cosine, Math.cos(margin)), tf.mul(sine, Math.sin(margin)))
    const slope = tf.add(Math.cos(margin), tf.mul(tf.div(cosine, sine), Math.sin(margin)))
    const logits = tf.mul(tf.add(cosines, tf.mul(own, tf.sub(target, cosine))), scale)
    const loss: tf.Scalar = tf.mean(tf.sub(tf.logSumExp(logits, 1, true), tf.mul(target, scale)))
    const byLogit = tf.mul(tf.sub(tf.softmax(logits), own), scale / rows)
    const byCosine: tf.Tensor2D = tf.mul(byLogit, tf.add(1, tf.mul(own, tf.sub(slope, 1))))
    return [
      loss,
      throughNorm(tf.matMul(byCosine, weights.unit), embeddings),
      throughNorm(tf.matMul(tf.transpose(byCosine), embeddings.unit), weights),
    ]
  })
