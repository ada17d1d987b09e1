import * as tf from '@tensorflow/tfjs-core'
import { emit, type Value } from '../expression/emit.js'
import { type Context, type Lanes, meanOf, type Pulls, type Reduction } from './reduction.js'
import { joinLogs, logSum, spread, weigh } from './weighted.js'

/** What a term sees of the pairs that it gathers: [anchors, 1] or scalars. */
const names = [
  'positives',
  'negatives',
  'positiveSum',
  'negativeSum',
  'positiveCount',
  'negativeCount',
] as const

type Gathered = Readonly<Record<(typeof names)[number], tf.Tensor>>

const gather = (lanes: Lanes): Gathered => ({
  positives: logSum(lanes.positives, lanes.plus),
  negatives: logSum(lanes.negatives, lanes.minus),
  positiveSum: tf.sum(weigh(lanes.positives, lanes.plus), 1, true),
  negativeSum: tf.sum(weigh(lanes.negatives, lanes.minus), 1, true),
  positiveCount: lanes.positiveCount,
  negativeCount: lanes.negativeCount,
})

/** Spreads d loss/d term over the pairs, each by its share in what was gathered. */
const spreadPulls = (
  { by, learned }: Context,
  lanes: Lanes,
  gathered: Gathered,
  factor: tf.Tensor,
): Pulls => {
  const slopes = emit([...names.slice(0, 4), ...learned].map(by), {
    ...lanes.environment,
    ...gathered,
  })
  const [plus, minus, plusSum, minusSum, ...parameters] = slopes as [
    Value,
    Value,
    Value,
    Value,
    ...Value[],
  ]
  const side = (
    weights: tf.Tensor,
    scores: tf.Tensor,
    whole: tf.Tensor,
    slope: Value,
    straight: Value,
  ): tf.Tensor => {
    const shares = tf.exp(tf.minimum(tf.sub(scores, whole), 0))
    const each = tf.add(tf.mul(shares, slope), straight)
    return weigh(weights, tf.mul(factor, each))
  }
  return {
    plus: side(lanes.positives, lanes.plus, gathered.positives, plus, plusSum),
    minus: side(lanes.negatives, lanes.minus, gathered.negatives, minus, minusSum),
    swapped: [],
    parameters: parameters.map((value) =>
      weigh(lanes.real, tf.mul(factor, spread(value, lanes.real))),
    ),
  }
}

/** A term for each anchor, of all its pairs. */
export const overAnchors = (context: Context): Reduction => ({
  ...meanOf(context),
  take: (lanes) =>
    emit([context.resolved.term, context.count], { ...lanes.environment, ...gather(lanes) }).map(
      (value) => tf.sum(weigh(lanes.real, value)),
    ),
  pull: (lanes, [factor]) => spreadPulls(context, lanes, gather(lanes), factor as tf.Tensor),
})

/** log Σ e^column, a scalar. */
const logSumOf = (column: tf.Tensor): tf.Tensor => {
  const largest = tf.max(column)
  return tf.add(largest, tf.log(tf.sum(tf.exp(tf.sub(column, largest)))))
}

/** One term, of all pairs of the batch. */
export const overBatch = (context: Context): Reduction => {
  const { resolved, count, factor } = context
  const named = (tensors: readonly tf.Tensor[]): Gathered =>
    Object.fromEntries(names.map((name, index) => [name, tensors[index]])) as Gathered
  return {
    take: (lanes) => {
      const all = gather(lanes)
      return [
        logSumOf(all.positives),
        logSumOf(all.negatives),
        ...names.slice(2).map((name) => tf.sum(all[name])),
        tf.sum(lanes.real),
      ]
    },
    join: (a, b) => [
      joinLogs(a[0] as tf.Tensor, b[0] as tf.Tensor),
      joinLogs(a[1] as tf.Tensor, b[1] as tf.Tensor),
      ...a.slice(2).map((one, index) => tf.add(one, b[index + 2] as tf.Tensor)),
    ],
    finish: (tensors, parameters) => {
      const all = named(tensors)
      const inputs = { ...parameters, ...all }
      const [value, counted] = emit([resolved.term, count], inputs) as [Value, Value]
      const some = tf.greater(tf.add(all.positiveCount, all.negativeCount), 0)
      const each = factor(tf.where(some, spread(counted, some), 0))
      return {
        value: tf.where(some, tf.mul(value, each), 0),
        memory: [...tensors, each],
      }
    },
    pull: (lanes, memory) => {
      const [anchors, factor] = memory.slice(-2) as [tf.Tensor, tf.Tensor]
      const pulls = spreadPulls(context, lanes, named(memory), factor)
      // The one term is met once with every anchor.
      return { ...pulls, parameters: pulls.parameters.map((each) => tf.div(each, anchors)) }
    },
  }
}
