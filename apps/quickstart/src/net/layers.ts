import * as tf from '@tensorflow/tfjs'

/**
 * x·w with its gradients as products of explicitly transposed matrices: the transpose flags of the WebAssembly
 * backend's `matMul`, which its own gradient uses, are 4 to 17 times slower.
 */
export const linear = (x: tf.Tensor2D, w: tf.Tensor2D): tf.Tensor2D =>
  tf.customGrad((x, w, save) => {
    const [input, weights] = [x as tf.Tensor2D, w as tf.Tensor2D]
    ;(save as tf.GradSaveFunc)([input, weights])
    return {
      value: tf.matMul(input, weights),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => [
        tf.matMul(dy as tf.Tensor2D, tf.transpose(saved[1] as tf.Tensor2D)),
        tf.matMul(tf.transpose(saved[0] as tf.Tensor2D), dy as tf.Tensor2D),
      ],
    }
  })(x, w) as tf.Tensor2D

/** As {@link linear} for an input that needs no gradient, which saves one product of three. */
export const linearFromData = (x: tf.Tensor2D, w: tf.Tensor2D): tf.Tensor2D =>
  tf.customGrad((w) => ({
    value: tf.matMul(x, w as tf.Tensor2D),
    gradFunc: (dy: tf.Tensor) => tf.matMul(tf.transpose(x), dy as tf.Tensor2D),
  }))(w) as tf.Tensor2D
