import * as tf from '@tensorflow/tfjs-core'
import { toFloat, toInt } from '../expression/cast.js'
import type { Value } from '../expression/emit.js'

/** Cosines of K sub-centers made the one of their class. */
export interface Pooled {
  /** [..., K] before. */
  readonly each: tf.Tensor
  /** [...] after: the largest, or the mean weighted by softmax(cosine/temperature). */
  readonly cosine: tf.Tensor
  /** [..., K] d pooled / d each. */
  readonly weights: tf.Tensor
  /** [..., K] 1 at the sub-center whose norm counts: the largest cosine's, the first where all are mixed. */
  readonly chosen: tf.Tensor
}

/** Pools along the last axis. Rounding may leave [-1, 1] by an ulp, where powers of 1 + cosθ would be NaN: it is clipped. */
export const pool = (each: tf.Tensor, temperature: Value | undefined): Pooled => {
  const subCenters = each.shape.at(-1) as number
  const clip = (cosine: tf.Tensor): tf.Tensor => tf.clipByValue(cosine, -1, 1)
  if (temperature === undefined) {
    if (subCenters === 1) {
      const ones = tf.onesLike(each)
      return { each, cosine: clip(tf.squeeze(each, [-1])), weights: ones, chosen: ones }
    }
    const chosen = toFloat(tf.oneHot(toInt(tf.argMax(each, -1)), subCenters))
    return { each, cosine: clip(tf.max(each, -1)), weights: chosen, chosen }
  }
  const shares = tf.softmax(tf.div(each, temperature))
  const cosine = tf.sum(tf.mul(shares, each), -1)
  const lead = tf.div(tf.sub(each, tf.expandDims(cosine, -1)), temperature)
  return {
    each,
    cosine: clip(cosine),
    weights: tf.mul(shares, tf.add(lead, 1)),
    chosen: tf.broadcastTo(toFloat(tf.equal(tf.range(0, subCenters), 0)), each.shape),
  }
}
