import { normal } from '@arcmargin/core/backend'
import * as tf from '@tensorflow/tfjs-core'
import { toInt } from '../expression/cast.js'
import { emit, toTensor, type Value } from '../expression/emit.js'
import type { Plan } from './plan.js'
import { last } from './statistics.js'
import type { Step } from './step.js'

/** Draws what the loss asks for and the caller did not give, into the environment; in evaluation the means. */
export const drawMargins = ({ resolved, rows, options }: Plan, step: Step): void => {
  const { environment } = step
  const { training = true, random } = options
  for (const [name, { mean, std, rankMatched }] of Object.entries(resolved.draws)) {
    if (environment[name] !== undefined) continue
    const [center, spread] = emit([mean, std], environment) as [Value, Value]
    const noise =
      training && random ? Float32Array.from({ length: rows }, () => normal(random)) : undefined
    const drawn = noise
      ? tf.add(tf.mul(tf.tensor(noise, [rows, 1]), spread), center)
      : tf.broadcastTo(toTensor(center), [rows, 1])
    environment[name] = rankMatched ? matchByRank(drawn, step) : drawn
  }
}

/** Hands out values by rank: the smallest to the row with the largest target cosine, and so on, among the rows that count. */
const matchByRank = (drawn: tf.Tensor, { counts, environment }: Step): tf.Tensor => {
  const rows = drawn.size
  const order = (keys: tf.Tensor): tf.Tensor =>
    toInt(tf.topk(tf.reshape(tf.where(counts, keys, -last), [rows]), rows).indices)
  const ascending = tf.gather(tf.reshape(drawn, [rows]), order(tf.neg(drawn)))
  const cosines = environment['cosTheta'] as tf.Tensor
  const places = tf.reshape(order(cosines), [rows, 1])
  return tf.reshape(tf.scatterND(places, ascending, [rows]), [rows, 1])
}
