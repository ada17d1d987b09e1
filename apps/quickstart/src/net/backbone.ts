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

/** What stands behind the backbone: takes the embeddings of a batch [N·64]. */
type Head<Result> = (embeddings: Float32Array) => {
  /** Of the loss with respect to the embeddings. */
  readonly gradient: Float32Array
  /** Whatever else the caller wants to know. */
  readonly result: Result
}

/** Everything that `embed` computes with: the parameters, and the statistics of the two batch norms. */
export interface BackboneWeights {
  /** [624, 256]. */
  readonly first: Float32Array
  /** [256] each. */
  readonly scale: Float32Array
  readonly offset: Float32Array
  readonly slope: Float32Array
  /** [256, 64]. */
  readonly second: Float32Array
  readonly hiddenStatistics: RunningStatistics
  readonly embeddingStatistics: RunningStatistics
}

/** 624 → 256 (batch norm, PReLU) → 64 (batch norm without scale and offset): 176,896 parameters. */
export interface Backbone {
  readonly parameters: readonly Parameter[]
  readonly weights: BackboneWeights
  /** Runs a batch forwards, hands the embeddings to the head, fills every parameter's gradient; returns the head's result. */
  learn<Result>(features: Float32Array, head: Head<Result>): Result
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
    const active = tf.prelu(edges as tf.Tensor, alpha as tf.Tensor) as tf.Tensor2D
    const ones = tf.ones([embeddingLength]) as tf.Tensor1D
    const zeros = tf.zeros([embeddingLength]) as tf.Tensor1D
    return normalise(linear(active, w2), ones, zeros, embeddingStatistics)
  }

  return {
    parameters,
    weights: {
      first: first.value,
      scale: scale.value,
      offset: offset.value,
      slope: slope.value,
      second: second.value,
      hiddenStatistics,
      embeddingStatistics,
    },
    learn<Result>(features: Float32Array, head: Head<Result>) {
      const results: Result[] = []
      tf.tidy(() => {
        const x = tf.tensor2d(features, [features.length / featureLength, featureLength])
        const run = (...weights: tf.Tensor[]): tf.Tensor =>
          applyHead(forward(x, weights as Tensors, normaliseByBatch), (embeddings) => {
            const { gradient, result } = head(embeddings)
            results.push(result)
            return gradient
          })
        const gradients = tf.grads(run)(tensors())
        for (const [i, gradient] of gradients.entries()) {
          parameters[i]?.gradient.set(gradient.dataSync<'float32'>())
        }
      })
      return results[0] as Result
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
const applyHead = (
  embeddings: tf.Tensor2D,
  gradientOf: (embeddings: Float32Array) => Float32Array,
): tf.Tensor =>
  tf.customGrad((x) => {
    const gradient = gradientOf((x as tf.Tensor).dataSync<'float32'>())
    return {
      value: tf.scalar(0),
      gradFunc: () => tf.tensor2d(gradient, embeddings.shape),
    }
  })(embeddings)
