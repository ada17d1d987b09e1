import type { Expression } from '@arcmargin/core'
import * as tf from '@tensorflow/tfjs-core'
import { type Environment, emit } from '../expression/emit.js'
import { fusesFormulas, reduceRows } from '../expression/kernel.js'
import {
  noDirection,
  ofBoth,
  ofDirection,
  rejection,
  scaledVector,
  shortest,
  tangentDirection,
  tangentSine,
  unitVector,
  vectorNorm,
} from './formulas.js'

/** Vectors along the last axis as directions and lengths. */
export interface UnitVectors {
  /** v/|v|; a zero vector stays zero. */
  readonly unit: tf.Tensor
  /** [..., 1]. */
  readonly norm: tf.Tensor
}

/** [..., 1] each: the largest entry, and the squared length of the vector divided by it. They spare a second normalization most of its work. */
export interface Lengths {
  readonly largest: tf.Tensor
  readonly squares: tf.Tensor
}

/** A tangent and the sine of the angle that it spans. */
export interface Tangent {
  /** Unit vectors, zero where there is no direction. */
  readonly direction: tf.Tensor
  /** [..., 1]. */
  readonly sine: tf.Tensor
}

/** Whether the backend walks along the rows of matrices by itself. */
const walksRows = (...tensors: readonly tf.Tensor[]): boolean =>
  fusesFormulas() && tensors.every(({ rank }) => rank === 2)

/** <a, b> along the last axis, which stays as 1. */
const dot = (a: tf.Tensor, b: tf.Tensor): tf.Tensor =>
  walksRows(a, b) ? reduceRows('dot', a, b) : tf.sum(tf.mul(a, b), -1, true)

/** The largest size of an entry along the last axis, which stays as 1. */
const largestOf = (vectors: tf.Tensor): tf.Tensor =>
  walksRows(vectors) ? reduceRows('largest', vectors) : tf.max(tf.abs(vectors), -1, true)

/** {@link emit} of formulas that name a tensor. */
export const tensors = <F extends readonly Expression[]>(
  formulas: readonly [...F],
  environment: Environment,
): { [Index in keyof F]: tf.Tensor } =>
  emit(formulas, environment) as { [Index in keyof F]: tf.Tensor }

/** Stage 1. The squares of very small or large values leave the range of a float32: lengths are measured by the largest entry. */
export const normalize = (
  vectors: tf.Tensor,
  known?: Lengths,
): UnitVectors & { readonly lengths: Lengths } => {
  const largest = known?.largest ?? largestOf(vectors)
  const [scaled] = tensors([scaledVector], { vector: vectors, largest })
  const squares = known?.squares ?? dot(scaled, scaled)
  const [unit, norm] = tensors([unitVector, vectorNorm], { scaled, largest, squares, shortest })
  return { unit, norm, lengths: { largest, squares } }
}

/** The unit tangents at `from` towards `to`, both unit vectors. Orthogonalised twice: the first difference cancels. */
export const tangent = (from: tf.Tensor, to: tf.Tensor): Tangent => {
  const across = (vector: tf.Tensor): tf.Tensor =>
    tensors([rejection], { vector, along: dot(from, vector), axis: from })[0]
  const vector = across(across(to))
  const known = { vector, squares: dot(vector, vector), least: noDirection }
  const [direction, sine] = tensors([tangentDirection, tangentSine], known)
  return { direction, sine }
}

/** From the gradient by unit vectors to the one by the raw vectors: (g - <g, û>û)/norm + byNorm·û, 0 for zero vectors. */
export const undoNormalization = (
  gradient: tf.Tensor,
  { unit, norm }: UnitVectors,
  byNorm: tf.Tensor | undefined,
): tf.Tensor => {
  // By columns of numbers: a choice among all values costs more than everything else here.
  const known = { gradient, along: dot(gradient, unit), unit, norm, shortest }
  return byNorm ? tensors([ofBoth], { ...known, byNorm })[0] : tensors([ofDirection], known)[0]
}
