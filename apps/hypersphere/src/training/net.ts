import * as tf from '@tensorflow/tfjs-core'
import { randomLcg, randomNormal, randomUniform } from 'd3-random'
import { classCount, pixelCount } from '../data/digits.js'
import { linear, linearFromData } from './linear.js'

/** Units of the hidden layers. */
const hidden = [128, 64] as const

/** Slope of PReLU below 0, at the start. */
const prelu = 0.25

/** Dimension of the features: the circle, or the sphere. */
export type Dimension = 2 | 3

/**
 * Directions that are spread evenly: on the circle at equal angles, on the sphere the corners of a square antiprism (Tammes' problem for 8
 * points). From random ones the classes often end in an order that no gradient gets them out of.
 */
export const evenDirections = (dimension: Dimension): Float32Array => {
  if (dimension === 2) {
    return Float32Array.from({ length: classCount * 2 }, (_, i) => {
      const angle = (2 * Math.PI * (i >> 1)) / classCount
      return i % 2 === 0 ? Math.cos(angle) : Math.sin(angle)
    })
  }
  // The height at which sides of the squares and of the triangles between them are equal.
  const height = 1 / Math.sqrt(1 + 2 * Math.SQRT2)
  const radius = Math.sqrt(1 - height ** 2)
  return Float32Array.from({ length: classCount * 3 }, (_, i) => {
    const corner = Math.floor(i / 3)
    const angle = (Math.PI / 4) * corner
    const upper = corner % 2 === 0
    return [radius * Math.cos(angle), radius * Math.sin(angle), upper ? height : -height][
      i % 3
    ] as number
  })
}

/**
 * The last layer, over the features. `even`: class weights, compared by angle, that start evenly spread. `linear`: an ordinary linear layer
 * with a bias, as PyTorch's `nn.Linear` starts it, evenly distributed within ±1/√D.
 */
export type LastLayer = 'even' | 'linear'

/** Weights of the net 784-128-64-D with PReLU, then the class weights [8, D], and last the biases [8, 1] where there are any. */
export type Weights = readonly tf.Tensor[]

/** Weights at the start, the same for a seed on every backend, and up to the features for every last layer. */
export const initialWeights = (dimension: Dimension, seed: number, last: LastLayer): Weights => {
  const source = randomLcg(seed)
  const random = randomNormal.source(source)(0, 1)
  // The variance that PyTorch gives a linear layer by default: a third of 1/inputs.
  const matrix = (inputs: number, outputs: number): tf.Tensor => {
    const deviation = 1 / Math.sqrt(3 * inputs)
    const values = Float32Array.from({ length: inputs * outputs }, () => deviation * random())
    return tf.tensor2d(values, [inputs, outputs])
  }
  const [first, second] = hidden
  const net = [
    matrix(pixelCount, first),
    tf.zeros([first]),
    tf.fill([first], prelu),
    matrix(first, second),
    tf.zeros([second]),
    tf.fill([second], prelu),
    matrix(second, dimension),
  ]
  if (last === 'even') {
    return [...net, tf.tensor2d(evenDirections(dimension), [classCount, dimension])]
  }
  const reach = 1 / Math.sqrt(dimension)
  const uniform = randomUniform.source(source)(-reach, reach)
  const layer = (columns: number): tf.Tensor => {
    const values = Float32Array.from({ length: classCount * columns }, () => uniform())
    return tf.tensor2d(values, [classCount, columns])
  }
  return [...net, layer(dimension), layer(1)]
}

/** The class weights [8, D] among the weights. */
export const classWeightsOf = (weights: Weights): tf.Tensor2D => weights[7] as tf.Tensor2D

/** The biases [8, 1] among the weights. */
export const biasesOf = (weights: Weights): tf.Tensor2D | undefined =>
  weights[8] as tf.Tensor2D | undefined

/** Features [N, D] of pictures [N, 784]. */
export const features = (pictures: tf.Tensor2D, weights: Weights): tf.Tensor2D => {
  const [w1, b1, a1, w2, b2, a2, w3] = weights as [
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
  ]
  const first = tf.prelu(tf.add(linearFromData(pictures, w1), b1), a1)
  const second = tf.prelu(tf.add(linear(first, w2), b2), a2)
  return linear(second, w3)
}
