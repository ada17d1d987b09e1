import * as tf from '@tensorflow/tfjs-core'
import { toInt } from '../expression/cast.js'
import type { Plan } from './plan.js'
import { chosenCenter, type Step } from './step.js'
import { type Tangent, tangent } from './vectors.js'

/** The targets' gradients along their unit tangents. */
export interface TargetPulls {
  /** [N, D] by the unit embeddings. */
  readonly ofEmbeddings: tf.Tensor
  /** [N, K', D] by the unit centers; K' is 1, or K where the pooling mixes all sub-centers. */
  readonly vectors: tf.Tensor
  /** [1, K'] or [N, 1] int32: the sub-center of each vector. */
  readonly subCenters: tf.Tensor
  /** [N, 1] int32: the sub-center whose norm counts. */
  readonly chosen: tf.Tensor
}

/**
 * How the targets pull, at their pooled sub-center or at all of them where the pooling is soft.
 *
 * @param slope [N, 1] d value / d angle of the target.
 */
export const targetPulls = ({ subCenters }: Plan, step: Step, slope: tf.Tensor): TargetPulls => {
  const { embeddings, targets, towards, environment } = step
  const chosen = toInt(tf.expandDims(tf.argMax(targets.chosen, -1), -1))
  // Towards the center the angle falls.
  if (towards) {
    const back = tangent(chosenCenter(targets), embeddings.unit)
    const pull = tf.neg(slope)
    return {
      ofEmbeddings: tf.mul(pull, towards.direction),
      vectors: tf.mul(pull, back.direction),
      subCenters: chosen,
      chosen,
    }
  }
  const sine = environment['sinTheta'] as tf.Tensor
  const byCosine = tf.where(tf.greater(sine, 0), tf.neg(tf.div(slope, tf.maximum(sine, 1e-30))), 0)
  const shares = tf.expandDims(tf.mul(byCosine, targets.weights), -1)
  const x = tf.broadcastTo(tf.expandDims(embeddings.unit, 1), targets.centers.unit.shape)
  const toEach = tangent(x, targets.centers.unit)
  const back = tangent(targets.centers.unit, x)
  const pull = ({ direction, sine: between }: Tangent): tf.Tensor =>
    tf.mul(tf.mul(shares, between), direction)
  return {
    ofEmbeddings: tf.sum(pull(toEach), 1),
    vectors: pull(back),
    subCenters: tf.reshape(tf.range(0, subCenters, 1, 'int32'), [1, subCenters]),
    chosen,
  }
}
