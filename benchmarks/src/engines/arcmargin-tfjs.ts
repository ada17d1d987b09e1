import { arcFace } from '@arcmargin/core'
import { marginLoss } from '@arcmargin/tfjs'
import * as tf from '@tensorflow/tfjs-core'
import { margin, scale } from '../head.js'
import type { TensorStep } from './tensor-step.js'

const loss = arcFace({ margin, scale })

/** The differentiable op of `@arcmargin/tfjs`, as a training loop calls it. */
export const marginLossStep: TensorStep = (x, w, labels) => {
  const { value, grads } = tf.valueAndGrads((...given: tf.Tensor[]) => {
    const [embeddings, weights] = given as [tf.Tensor2D, tf.Tensor2D]
    return marginLoss(loss, embeddings, weights, labels.values)
  })([x, w])
  const [dx, dw] = grads as [tf.Tensor, tf.Tensor]
  return [value, dx, dw]
}
