import * as tf from '@tensorflow/tfjs-core'

/** Vectors along the last axis as directions and lengths. */
export interface UnitVectors {
  /** v/|v|; a zero vector stays zero. */
  readonly unit: tf.Tensor
  /** [..., 1]. */
  readonly norm: tf.Tensor
}

/** A tangent and the sine of the angle that it spans. */
export interface Tangent {
  /** Unit vectors, zero where there is no direction. */
  readonly direction: tf.Tensor
  /** [..., 1]. */
  readonly sine: tf.Tensor
}

/** Shorter vectors count as zero, as in core for float32: their gradient would leave the range of the type. */
const shortest = 1e-30

/** Below this sine two float32 directions are equal to rounding: the tangent has no direction. */
const noDirection = 1e-7

/** <a, b> along the last axis, which stays as 1. */
const dot = (a: tf.Tensor, b: tf.Tensor): tf.Tensor => tf.sum(tf.mul(a, b), -1, true)

/** Stage 1. The squares of very small or large values leave the range of a float32: lengths are measured by the largest entry. */
export const normalize = (vectors: tf.Tensor): UnitVectors => {
  const largest = tf.max(tf.abs(vectors), -1, true)
  const scaled = tf.div(vectors, tf.where(tf.greater(largest, 0), largest, tf.onesLike(largest)))
  const length = tf.sqrt(dot(scaled, scaled))
  const norm = tf.mul(largest, length)
  const counts = tf.greaterEqual(norm, shortest)
  const inverse = tf.where(counts, tf.div(1, tf.maximum(length, 0.5)), tf.zerosLike(length))
  return { unit: tf.mul(scaled, inverse), norm: tf.where(counts, norm, tf.zerosLike(norm)) }
}

/** The unit tangents at `from` towards `to`, both unit vectors. Orthogonalised twice: the first difference cancels. */
export const tangent = (from: tf.Tensor, to: tf.Tensor): Tangent => {
  const first = tf.sub(to, tf.mul(dot(from, to), from))
  const vector = tf.sub(first, tf.mul(dot(first, from), from))
  const length = tf.sqrt(dot(vector, vector))
  const counts = tf.greater(length, noDirection)
  const inverse = tf.where(counts, tf.div(1, tf.maximum(length, noDirection)), tf.zerosLike(length))
  return {
    direction: tf.mul(vector, inverse),
    sine: tf.where(counts, length, tf.zerosLike(length)),
  }
}

/** From the gradient by unit vectors to the one by the raw vectors: (g - <g, û>û)/norm + byNorm·û, 0 for zero vectors. */
export const undoNormalization = (
  gradient: tf.Tensor,
  { unit, norm }: UnitVectors,
  byNorm: tf.Tensor | undefined,
): tf.Tensor => {
  const counts = tf.greater(norm, 0)
  // By columns of numbers: a choice among all values costs more than everything else here.
  const inverse = tf.where(counts, tf.div(1, tf.maximum(norm, shortest)), 0)
  const across = tf.mul(tf.sub(gradient, tf.mul(dot(gradient, unit), unit)), inverse)
  return byNorm ? tf.add(across, tf.mul(tf.where(counts, byNorm, 0), unit)) : across
}
