import * as tf from '@tensorflow/tfjs-core'
import type { Environment } from '../expression/emit.js'
import type { UnitVectors } from '../head/vectors.js'

/** Samples in one role: unit or raw vectors [rows, D], and their lengths [rows, 1]. */
export type Vectors = UnitVectors

/** The pairs of some anchors with all columns. */
export interface Measured {
  /** [anchors, M] inputs of the scores. */
  readonly inputs: Environment
  /** What pairs are told apart by where they are measured exactly; see {@link Apart}. */
  readonly apart: Apart | undefined
}

/** Difference vectors v = x_j - sign·x_i, short where a pair is near angle 0 or π. */
interface Apart {
  /** [anchors, M, D]. */
  readonly vectors: tf.Tensor
  /** [anchors, M]: 1, or -1 beyond a right angle. */
  readonly sign: tf.Tensor
  /** [anchors, M]: sinθ, or the distance of raw vectors; 0 where there is no direction. */
  readonly length: tf.Tensor
}

/** How a plan wants its pairs measured. */
export interface Measuring {
  readonly exact: boolean
  /** Whether vectors have unit length. */
  readonly unit: boolean
}

/**
 * Measures pairs. For losses of cosines and products one matrix product is enough; 1 - cosθ has no digits left of a small angle, so
 * that angles and distances are those of the difference vectors: equal samples are at distance 0 exactly.
 */
export const measurePairs = ({ exact, unit }: Measuring, a: Vectors, b: Vectors): Measured => {
  const products = tf.matMul(a.unit as tf.Tensor2D, tf.transpose(b.unit) as tf.Tensor2D)
  if (!exact) return { inputs: { cosTheta: products }, apart: undefined }
  const sign = unit
    ? tf.where(tf.less(products, 0), tf.neg(tf.onesLike(products)), tf.onesLike(products))
    : tf.onesLike(products)
  const own = tf.mul(tf.expandDims(sign, -1), tf.expandDims(a.unit, 1))
  const vectors = tf.sub(tf.expandDims(b.unit, 0), own)
  const gap = tf.sqrt(tf.sum(tf.square(vectors), -1))
  if (!unit) {
    return { inputs: { distance: gap, dot: products }, apart: { vectors, sign, length: gap } }
  }
  // |a - b| = 2·sin(θ/2) and |a + b| = 2·cos(θ/2), whichever is short being measured.
  const square = tf.square(gap)
  const rest = tf.sqrt(tf.maximum(tf.sub(4, square), 0))
  const near = tf.greater(sign, 0)
  const chord = tf.where(near, gap, rest)
  const cosine = tf.mul(sign, tf.sub(1, tf.div(square, 2)))
  const sine = tf.div(tf.mul(gap, rest), 2)
  // A zero vector is at a right angle to everything.
  const real = tf.greater(tf.mul(a.norm, tf.transpose(b.norm)), 0)
  return {
    inputs: {
      cosTheta: tf.where(real, cosine, 0),
      sinTheta: tf.where(real, sine, 1),
      theta: tf.where(real, tf.mul(2, tf.atan2(chord, tf.where(near, rest, gap))), Math.PI / 2),
      chord: tf.where(real, chord, Math.SQRT2),
    },
    apart: { vectors, sign, length: tf.where(real, sine, 0) },
  }
}

/** d loss by the pairs: of what moves along the difference vectors, and of what moves along the products. */
export interface Slopes {
  /** [anchors, M] by the angle or the distance. */
  readonly apart?: tf.Tensor
  /** [anchors, M] by the cosine or the product. */
  readonly products?: tf.Tensor
}

/** The gradients of both sides' vectors, [anchors, D] and [M, D]; what lies along a unit vector is for the caller to take out. */
export const pullPairs = (
  { apart }: Measured,
  slopes: Slopes,
  a: Vectors,
  b: Vectors,
): { readonly a: tf.Tensor; readonly b: tf.Tensor } => {
  let ofA: tf.Tensor = tf.zerosLike(a.unit)
  let ofB: tf.Tensor = tf.zerosLike(b.unit)
  if (slopes.products) {
    ofA = tf.add(ofA, tf.matMul(slopes.products as tf.Tensor2D, b.unit as tf.Tensor2D))
    const turned = tf.transpose(slopes.products) as tf.Tensor2D
    ofB = tf.add(ofB, tf.matMul(turned, a.unit as tf.Tensor2D))
  }
  if (slopes.apart && apart) {
    const some = tf.greater(apart.length, 0)
    const safe = tf.where(some, apart.length, 1)
    const factors = tf.where(some, tf.div(slopes.apart, safe), 0)
    const pull = (weights: tf.Tensor, axis: number): tf.Tensor =>
      tf.sum(tf.mul(tf.expandDims(weights, -1), apart.vectors), axis)
    ofA = tf.sub(ofA, pull(factors, 1))
    // Seen from x_j the way is x_i - sign·x_j = -sign·v.
    ofB = tf.add(ofB, pull(tf.mul(factors, apart.sign), 0))
  }
  return { a: ofA, b: ofB }
}
