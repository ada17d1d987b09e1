import { apply, input } from '@arcmargin/core'
import * as tf from '@tensorflow/tfjs-core'
import { isOnGpu } from '../gpu.js'
import { fusesFormulas, runFormula } from './kernel.js'

/*
 * Shading languages promise little of sin, cos, atan and log: drivers in software are off by 2e-4, which a scale of 64 makes 1e-2 of a
 * logit. On GPU backends they are made of sums, products and the exponential, which are good to the last places everywhere; other
 * backends have the good ones of their language.
 */

/** π in three parts, of which the first two have few bits: whole and half multiples of them are exact. */
const piParts = [3.140625, 0.0009675025939941406, 1.5099579909783765e-7] as const

/** (-1)^k / (2k + 1)!, from the last to the first: with r^13 it leaves 1e-9 up to π/2. */
const sineSeries = [1 / 6227020800, -1 / 39916800, 1 / 362880, -1 / 5040, 1 / 120, -1 / 6, 1]

/** Cephes' polynomial of (atan(t) - t)/t³ in t², for t <= tan(π/8): a unit in the last place. */
const arctangentSeries = [8.05374449538e-2, -1.38776856032e-1, 1.99777106478e-1, -3.33329491539e-1]

const polynomial = (x: tf.Tensor, coefficients: readonly number[]): tf.Tensor => {
  const [first = 0, ...rest] = coefficients
  let sum: tf.Tensor = tf.fill(x.shape, first)
  for (const coefficient of rest) sum = tf.add(tf.mul(sum, x), coefficient)
  return sum
}

/** x - k·π. */
const reduced = (x: tf.Tensor, k: tf.Tensor): tf.Tensor =>
  piParts.reduce((rest: tf.Tensor, part) => tf.sub(rest, tf.mul(k, part)), x)

/** sin r for |r| <= π/2, with the sign of (-1)^k. */
const signedSine = (r: tf.Tensor, k: tf.Tensor): tf.Tensor => {
  const isOdd = tf.sub(k, tf.mul(tf.floor(tf.div(k, 2)), 2))
  const value = tf.mul(r, polynomial(tf.square(r), sineSeries))
  return tf.mul(value, tf.sub(1, tf.mul(isOdd, 2)))
}

/** sin x, x in radians. */
export const sine = (x: tf.Tensor): tf.Tensor => {
  if (!isOnGpu()) return tf.sin(x)
  const k = tf.floor(tf.add(tf.div(x, Math.PI), 0.5))
  return signedSine(reduced(x, k), k)
}

/** cos x, x in radians. */
export const cosine = (x: tf.Tensor): tf.Tensor => {
  if (!isOnGpu()) return tf.cos(x)
  const k = tf.floor(tf.div(x, Math.PI))
  return tf.neg(signedSine(reduced(x, tf.add(k, 0.5)), k))
}

/** The angle with sine y >= 0 and cosine x, 0 to π. */
export const angle = (y: tf.Tensor, x: tf.Tensor): tf.Tensor => {
  if (!isOnGpu()) return tf.atan2(y, x)
  if (fusesFormulas()) return runFormula('angle', { y, x })
  const across = tf.abs(x)
  const ratio = tf.div(tf.minimum(y, across), tf.maximum(tf.maximum(y, across), 1e-30))
  const isSteep = tf.greater(ratio, Math.tan(Math.PI / 8))
  const t = tf.where(isSteep, tf.div(tf.sub(ratio, 1), tf.add(ratio, 1)), ratio)
  const square = tf.square(t)
  const small = tf.add(t, tf.mul(tf.mul(t, square), polynomial(square, arctangentSeries)))
  const first = tf.where(isSteep, tf.add(small, Math.PI / 4), small)
  const acute = tf.where(tf.greater(y, across), tf.sub(Math.PI / 2, first), first)
  return tf.where(tf.less(x, 0), tf.sub(Math.PI, acute), acute)
}

/** A step of Halley's method: log x from a value near it, by the exponential. Edges keep what they have. */
export const mendedLogarithm = (x: tf.Tensor, near: tf.Tensor): tf.Tensor => {
  const back = tf.exp(near)
  const mended = tf.add(near, tf.div(tf.mul(tf.sub(x, back), 2), tf.add(x, back)))
  return tf.where(tf.logicalAnd(tf.greater(x, 1e-37), tf.less(x, 1e37)), mended, near)
}

const logOfX = apply('log', input('x'))

/** log x, for x >= 0. */
export const logarithm = (x: tf.Tensor): tf.Tensor => {
  if (!isOnGpu()) return tf.log(x)
  return fusesFormulas() ? runFormula(logOfX, { x }) : mendedLogarithm(x, tf.log(x))
}
