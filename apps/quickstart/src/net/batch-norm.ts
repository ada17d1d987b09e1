import * as tf from '@tensorflow/tfjs'

/** Added to a variance before its root is taken. */
export const epsilon = 1e-5
const momentum = 0.1

/** Mean and variance of each channel over the training so far, for use on single pictures. */
export interface RunningStatistics {
  readonly mean: Float32Array
  readonly variance: Float32Array
}

export const runningStatistics = (channels: number): RunningStatistics => ({
  mean: new Float32Array(channels),
  variance: new Float32Array(channels).fill(1),
})

/** Normalises by the batch's own statistics, and lets the running ones follow them. */
export const normaliseByBatch = (
  x: tf.Tensor2D,
  scale: tf.Tensor1D,
  offset: tf.Tensor1D,
  running: RunningStatistics,
): tf.Tensor2D => {
  const { mean, variance } = tf.moments(x, 0)
  follow(running.mean, mean.dataSync<'float32'>(), 1)
  // The running variance is the unbiased one, the normalising variance is not: as in PyTorch.
  follow(running.variance, variance.dataSync<'float32'>(), x.shape[0] / (x.shape[0] - 1))
  return tf.batchNorm2d(x, mean as tf.Tensor1D, variance as tf.Tensor1D, offset, scale, epsilon)
}

const follow = (running: Float32Array, batch: Float32Array, factor: number): void => {
  for (let c = 0; c < running.length; c++) {
    running[c] = (1 - momentum) * (running[c] as number) + momentum * factor * (batch[c] as number)
  }
}

/** Normalises by the running statistics. */
export const normaliseByRunning = (
  x: tf.Tensor2D,
  scale: tf.Tensor1D,
  offset: tf.Tensor1D,
  running: RunningStatistics,
): tf.Tensor2D => {
  const mean = tf.tensor1d(running.mean)
  const variance = tf.tensor1d(running.variance)
  return tf.batchNorm2d(x, mean, variance, offset, scale, epsilon)
}
