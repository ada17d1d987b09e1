import * as tf from '@tensorflow/tfjs-core'

/**
 * data·w for data that needs no gradient. Transposed explicitly: the transpose flags of the WebAssembly backend's `matMul`, which its own
 * gradient uses, are several times slower.
 */
export const linearFromData = (data: tf.Tensor2D, w: tf.Tensor): tf.Tensor2D =>
  tf.customGrad((weights) => ({
    value: tf.matMul(data, weights as tf.Tensor2D),
    gradFunc: (dy: tf.Tensor) => tf.matMul(tf.transpose(data), dy as tf.Tensor2D),
  }))(w) as tf.Tensor2D

/** x·w, its gradients by explicitly transposed matrices too. */
export const linear = (x: tf.Tensor, w: tf.Tensor): tf.Tensor2D =>
  tf.customGrad((input, weights, save) => {
    ;(save as tf.GradSaveFunc)([input as tf.Tensor, weights as tf.Tensor])
    return {
      value: tf.matMul(input as tf.Tensor2D, weights as tf.Tensor2D),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [from, by] = saved as [tf.Tensor2D, tf.Tensor2D]
        const up = dy as tf.Tensor2D
        return [tf.matMul(up, tf.transpose(by)), tf.matMul(tf.transpose(from), up)]
      },
    }
  })(x, w) as tf.Tensor2D
