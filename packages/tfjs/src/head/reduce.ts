import * as tf from '@tensorflow/tfjs-core'
import { logarithm } from '../expression/functions.js'
import { log1p } from '../expression/softplus.js'

/** Below every logit, and still a float32 when another such number is taken from it. */
export const lowest = -1e38

/** Largest logit and sum of exp(logit - largest), along an axis that stays as 1. */
export interface LogSum {
  readonly largest: tf.Tensor
  readonly sum: tf.Tensor
}

/** The logits that `counts` picks, along an axis. With none of them the sum is 0. */
export const logSum = (logits: tf.Tensor, counts: tf.Tensor, axis: number): LogSum => {
  const largest = tf.max(tf.where(counts, logits, lowest), axis, true)
  const terms = tf.exp(tf.minimum(tf.sub(logits, largest), 0))
  return { largest, sum: tf.sum(tf.where(counts, terms, 0), axis, true) }
}

/** {@link logSum} of logits of which those that do not count were lowered to {@link lowest}: no choice among all of them is made. */
export const logSumLowered = (logits: tf.Tensor, axis: number): LogSum => {
  const largest = tf.max(logits, axis, true)
  const sum = tf.sum(tf.exp(tf.sub(logits, largest)), axis, true)
  return { largest, sum: tf.where(tf.lessEqual(largest, lowest / 2), 0, sum) }
}

/** Two sums as one. */
export const joined = (a: LogSum, b: LogSum): LogSum => {
  const largest = tf.maximum(a.largest, b.largest)
  const scaled = ({ largest: own, sum }: LogSum): tf.Tensor =>
    tf.mul(sum, tf.exp(tf.sub(own, largest)))
  return { largest, sum: tf.add(scaled(a), scaled(b)) }
}

/** Of log(e^logit + Σ): its larger part, the rest beside it, and Σ's share of the whole. */
export interface Denominator {
  readonly shift: tf.Tensor
  readonly rest: tf.Tensor
  readonly share: tf.Tensor
}

/** The denominator with one more logit; log1p where that dominates, and a share without the cancellation of 1 - p. */
export const withLogit = ({ largest, sum }: LogSum, logit: tf.Tensor): Denominator => {
  const lead = tf.sub(largest, logit)
  const behind = tf.exp(tf.minimum(lead, 0))
  const ahead = tf.exp(tf.neg(tf.maximum(lead, 0)))
  // One of the two factors is 1.
  const scaled = tf.mul(sum, behind)
  const whole = tf.add(scaled, ahead)
  const rest = tf.where(tf.lessEqual(lead, 0), log1p(scaled), logarithm(tf.maximum(whole, 1e-30)))
  return {
    shift: tf.maximum(largest, logit),
    rest,
    share: tf.div(scaled, tf.maximum(whole, 1e-30)),
  }
}

/** The denominator of the sum alone. */
export const alone = ({ largest, sum }: LogSum): Denominator => ({
  shift: largest,
  rest: logarithm(tf.maximum(sum, 1e-30)),
  share: tf.onesLike(sum),
})
