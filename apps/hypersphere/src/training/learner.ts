import type { Loss } from '@arcmargin/core'
import { marginLoss } from '@arcmargin/tfjs'
import * as tf from '@tensorflow/tfjs-core'
import { adam, type Moments, noMoments } from './adam.js'
import {
  biasesOf,
  classWeightsOf,
  type Dimension,
  features,
  initialWeights,
  type LastLayer,
  type Weights,
} from './net.js'

/** What a net makes of some pictures. */
export interface Picture {
  /** [N · D], not normalised. */
  readonly features: Float32Array
  /** [8 · D]. */
  readonly classWeights: Float32Array
  /** [8], where the last layer has them. */
  readonly biases?: Float32Array
  /** Mean loss of these pictures. */
  readonly loss: number
}

/** The mean loss of features. A bias is the weight of one more input, which is always 1. */
const meanLoss = (
  loss: Loss,
  found: tf.Tensor2D,
  weights: Weights,
  labels: ArrayLike<number>,
): tf.Tensor => {
  const biases = biasesOf(weights)
  if (!biases) return marginLoss(loss, found, classWeightsOf(weights), labels)
  const inputs = tf.concat2d([found, tf.ones([found.shape[0], 1])], 1)
  return marginLoss(loss, inputs, tf.concat2d([classWeightsOf(weights), biases], 1), labels)
}

/** A net and its class weights, trained with a loss that may change on the way. */
export class Learner {
  #weights: Weights
  #moments: Moments
  #step = 0

  constructor(dimension: Dimension, seed: number, last: LastLayer) {
    this.#weights = initialWeights(dimension, seed, last)
    this.#moments = noMoments(this.#weights.reduce((sum, { size }) => sum + size, 0))
  }

  /**
   * One step of training.
   *
   * @param pictures [N, 784].
   * @param labels [N].
   */
  step(loss: Loss, pictures: tf.Tensor2D, labels: ArrayLike<number>, rate: number): void {
    const before = [...this.#weights, ...this.#moments]
    const [weights, moments] = tf.tidy(() => {
      const { grads } = tf.valueAndGrads((...given) =>
        meanLoss(loss, features(pictures, given), given, labels),
      )([...this.#weights])
      return adam(this.#weights, grads, this.#moments, { rate, step: this.#step + 1 })
    })
    this.#weights = weights
    this.#moments = moments
    this.#step++
    tf.dispose(before)
  }

  /** Waits until the steps so far are computed: a GPU takes orders faster than it carries them out. */
  async settle(): Promise<void> {
    await classWeightsOf(this.#weights).data()
  }

  /** Features and loss of pictures as they are now. */
  async look(loss: Loss, pictures: tf.Tensor2D, labels: ArrayLike<number>): Promise<Picture> {
    const made = tf.tidy(() => {
      const found = features(pictures, this.#weights)
      return [found, meanLoss(loss, found, this.#weights, labels)]
    })
    const biases = biasesOf(this.#weights)
    const asked = [...made, classWeightsOf(this.#weights), ...(biases ? [biases] : [])]
    const [found, value, classWeights, offsets] = await Promise.all(
      asked.map((one) => one.data<'float32'>()),
    )
    tf.dispose(made)
    return {
      features: found as Float32Array,
      classWeights: classWeights as Float32Array,
      ...(offsets ? { biases: offsets } : {}),
      loss: value?.[0] as number,
    }
  }

  /** Frees the weights. */
  dispose(): void {
    tf.dispose([...this.#weights, ...this.#moments])
  }
}
