import * as tf from '@tensorflow/tfjs'
import { featureLength } from '../features.js'
import type { Random } from '../random.js'
import {
  normaliseByBatch,
  normaliseByRunning,
  type RunningStatistics,
  runningStatistics,
} from './batch-norm.js'
import { linear, linearFromData } from './layers.js'
import { constantParameter, type Parameter, uniformParameter } from './parameter.js'

const hidden = 256

/** Length of an embedding. */
export const embeddingLength = 64

/** Given the embeddings of a batch [N·64], returns the loss's gradient with respect to them. */
export type Head = (embeddings: Float32Array) => Float32Array

/** 624 → 256 (batch norm, PReLU) → 64 (batch norm without scale and offset): 176,896 parameters. */
export interface Backbone {
  readonly parameters: readonly Parameter[]
  /** Runs a batch forwards, hands the embeddings to the head, and fills every parameter's gradient. */
  learn(features: Float32Array, head: Head): void
  /** The embeddings of pictures that nothing is learned from. */
  embed(features: Float32Array): Float32Array
}

/** Picks the WebAssembly backend of TensorFlow.js; call once before any network is used. */
export const prepareBackend = async (): Promise<void> => {
  await import('@tensorflow/tfjs-backend-wasm')
  await tf.setBackend('wasm')
  await tf.ready()
}

/** Makes a network with random weights. */
export const createBackbone = (random: Random): Backbone => {
  const first = uniformParameter(featureLength * hidden, 1 / Math.sqrt(featureLength), random)
  const second = uniformParameter(hidden * embeddingLength, 1 / Math.sqrt(hidden), random)
  const scale = constantParameter(hidden, 1)
  const offset = constantParameter(hidden, 0)
  const slope = constantParameter(hidden, 0.25)
  const hiddenStatistics = runningStatistics(hidden)
  const embeddingStatistics = runningStatistics(embeddingLength)
  const parameters = [first, scale, offset, slope, second]

  const tensors = (): Tensors => [
    tf.tensor2d(first.value, [featureLength, hidden]),
    tf.tensor1d(scale.value),
    tf.tensor1d(offset.value),
    tf.tensor1d(slope.value),
    tf.tensor2d(second.value, [hidden, embeddingLength]),
  ]

  const forward = (
    x: tf.Tensor2D,
    [w1, gamma, beta, alpha, w2]: Tensors,
    normalise: (
      x: tf.Tensor2D,
      scale: tf.Tensor1D,
      offset: tf.Tensor1D,
      running: RunningStatistics,
    ) => tf.Tensor2D,
  ): tf.Tensor2D => {
    const edges = normalise(linearFromData(x, w1), gamma, beta, hiddenStatistics)
    const active = tf.prelu(edges, alpha as tf.Tensor)
    const ones = tf.ones([embeddingLength]) as tf.Tensor1D
    const zeros = tf.zeros([embeddingLength]) as tf.Tensor1D
    return normalise(linear(active, w2), ones, zeros, embeddingStatistics)
  }

  return {
    parameters,
    learn(features, head) {
      tf.tidy(() => {
        const x = tf.tensor2d(features, [features.length / featureLength, featureLength])
        const run = (...weights: tf.Tensor[]): tf.Tensor =>
          applyHead(forward(x, weights as Tensors, normaliseByBatch), head)
        const gradients = tf.grads(run)(tensors())
        for (const [i, gradient] of gradients.entries()) {
          parameters[i]?.gradient.set(gradient.dataSync<'float32'>())
        }
      })
    },
    embed(features) {
      return tf.tidy(() => {
        const x = tf.tensor2d(features, [features.length / featureLength, featureLength])
        return forward(x, tensors(), normaliseByRunning).dataSync<'float32'>().slice()
      })
    },
  }
}

type Tensors = [tf.Tensor2D, tf.Tensor1D, tf.Tensor1D, tf.Tensor1D, tf.Tensor2D]

/**
 * The hand-over from TensorFlow.js to this project and back: an operation whose gradient is the one that the head
 * computed. Its own value is never looked at.
 */
const applyHead = (embeddings: tf.Tensor2D, head: Head): tf.Tensor =>
  tf.customGrad((x) => {
    const gradient = head((x as tf.Tensor).dataSync<'float32'>())
    return {
      value: tf.scalar(0),
      gradFunc: () => tf.tensor2d(gradient, embeddings.shape),
    }
  })(embeddings)
