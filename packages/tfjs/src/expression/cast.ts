import * as tf from '@tensorflow/tfjs-core'

/** As int32: indices. */
export const toInt = (tensor: tf.Tensor): tf.Tensor => tf.cast(tensor, 'int32')

/** As float32: 1 for true, 0 for false. */
export const toFloat = (tensor: tf.Tensor): tf.Tensor => tf.cast(tensor, 'float32')
