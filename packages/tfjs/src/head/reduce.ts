import * as tf from '@tensorflow/tfjs-core'
import { logarithm } from '../expression/functions.js'
import { log1p } from '../expression/softplus.js'
import { exponentials, restOfLog, scaledSum, shareOfSum, sumOfBoth } from './formulas.js'
import { tensors } from './vectors.js'

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
  const [terms] = tensors([exponentials], { logits, largest })
  const sum = tf.sum(terms, axis, true)
  return { largest, sum: tf.where(tf.lessEqual(largest, lowest / 2), 0, sum) }
}

/** Two sums as one. */
export const joined = (a: LogSum, b: LogSum): LogSum => {
  const largest = tf.maximum(a.largest, b.largest)
  const [sum] = tensors([sumOfBoth], {
    sumA: a.sum,
    sumB: b.sum,
    largestA: a.largest,
    largestB: b.largest,
    largest,
  })
  return { largest, sum }
}

/** Of log(e^logit + Σ): its larger part, the rest beside it, and Σ's share of the whole. */
export interface Denominator {
  readonly shift: tf.Tensor
  readonly rest: tf.Tensor
  readonly share: tf.Tensor
}

/** The denominator with one more logit; log1p where that dominates, and a share without the cancellation of 1 - p. */
export const withLogit = ({ largest, sum }: LogSum, logit: tf.Tensor): Denominator => {
  const [scaled] = tensors([scaledSum], { sum, largest, logit })
  const known = { scaled, small: log1p(scaled), largest, logit }
  const [rest, share] = tensors([restOfLog, shareOfSum], known)
  return { shift: tf.maximum(largest, logit), rest, share }
}

/** The denominator of the sum alone. Where nothing was added, what was lowered has to stay far below it: it gets no share. */
export const alone = ({ largest, sum }: LogSum): Denominator => ({
  shift: tf.maximum(largest, lowest / 2),
  rest: logarithm(tf.maximum(sum, 1e-30)),
  share: tf.onesLike(sum),
})
