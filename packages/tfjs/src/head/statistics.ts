import type { BatchStatistic } from '@arcmargin/core'
import * as tf from '@tensorflow/tfjs-core'
import { toFloat, toInt } from '../expression/cast.js'
import { emit, type Value } from '../expression/emit.js'
import { eachBlock, emitLanes, withoutOwn } from './blocks.js'
import type { Plan } from './plan.js'
import { addRowValues } from './prelude.js'
import type { Step } from './step.js'

/** Larger than any value that a statistic is taken of, so that rows that do not count come last. */
export const last = 1e38

/** [N, 1] statistics of each row over its negatives, without gradient, into the environment. */
export const negativeStatistics = (plan: Plan, step: Step): void => {
  const entries = Object.entries(plan.resolved.negatives)
  if (entries.length === 0) return
  const formulas = entries.flatMap(([, { of, counts }]) => [of, counts])
  addRowValues(formulas, plan.resolved, step)
  const sums = eachBlock(plan, step, (block) =>
    emitLanes(formulas, step, plan, block).map((value) =>
      tf.sum(withoutOwn(block, value), 1, true),
    ),
  )
  const totals = formulas.map((_, index) => tf.addN(sums.map((block) => block[index] as tf.Tensor)))
  entries.forEach(([name, { reduce }], index) => {
    const [sum, counted] = totals.slice(2 * index) as [tf.Tensor, tf.Tensor]
    step.environment[name] = reduce === 'sum' ? sum : tf.div(sum, tf.maximum(counted, 1))
  })
}

/** Statistics over the rows that count, without gradient, into the environment; 0 where no row counts. */
export const batchStatistics = ({ resolved, rows }: Plan, step: Step): void => {
  const entries = Object.entries(resolved.batch)
  const values = emit(
    entries.map(([, { of }]) => of),
    step.environment,
  )
  entries.forEach(([name, { reduce }], index) => {
    const value = values[index] as Value
    const column =
      typeof value === 'number' ? tf.fill([rows, 1], value) : tf.broadcastTo(value, [rows, 1])
    step.environment[name] = reducers[reduce](column, step.counts)
  })
}

const count = (counts: tf.Tensor): tf.Tensor => tf.sum(toFloat(counts))

const mean = (values: tf.Tensor, counts: tf.Tensor): tf.Tensor =>
  tf.div(tf.sum(tf.where(counts, values, 0)), tf.maximum(count(counts), 1))

const reducers: Record<
  BatchStatistic['reduce'],
  (values: tf.Tensor, counts: tf.Tensor) => tf.Tensor
> = {
  mean,
  std: (values, counts) => {
    const squares = tf.square(tf.sub(values, mean(values, counts)))
    // One row has no spread: 0 rather than 0/0.
    const others = tf.maximum(tf.sub(count(counts), 1), 1)
    return tf.sqrt(tf.div(tf.sum(tf.where(counts, squares, 0)), others))
  },
  lowerMedian: (values, counts) => {
    const sorted = tf.neg(
      tf.topk(tf.reshape(tf.neg(tf.where(counts, values, last)), [-1]), values.size).values,
    )
    const middle = toInt(tf.floor(tf.div(tf.sub(tf.maximum(count(counts), 1), 1), 2)))
    const median = tf.gather(sorted, tf.reshape(middle, [1]))
    return tf.where(tf.greater(count(counts), 0), tf.reshape(median, []), 0)
  },
}
