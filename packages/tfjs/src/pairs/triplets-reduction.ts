import { inputsOf, number } from '@arcmargin/core'
import * as tf from '@tensorflow/tfjs-core'
import { emit, type Value } from '../expression/emit.js'
import type { Slot } from './columns.js'
import { type Context, type Lanes, meanOf, type Reduction } from './reduction.js'
import { lowest, oneHot, spread, total, weigh } from './weighted.js'

/** The triplets of one positive of every anchor. */
interface Seen {
  readonly inputs: Readonly<Record<string, Value>>
  /** [anchors, M] how often each triplet counts before `keep`. */
  readonly weights: tf.Tensor
  /** [anchors, M] 1 at the anchor's positive. */
  readonly at: tf.Tensor
}

/** A term for each triplet that is kept. Triplets are met one positive of every anchor at a time and never listed. */
export const overTriplets = (context: Context): Reduction => {
  const { resolved, count, by, learned } = context
  const swaps = inputsOf(resolved.term).has('swapped')
  const keep = resolved.keep ?? number(1)

  const see = (lanes: Lanes, slot: Slot): Seen => {
    const { plus, minus, positives, negatives } = lanes
    const [anchors, width] = plus.shape as [number, number]
    const counts = tf.tensor2d(slot.counts, [anchors, 1])
    const at = tf.mul(oneHot(slot.positive, width), counts)
    const among = slot.negative ? oneHot(slot.negative, width) : negatives
    const extreme = (weights: tf.Tensor, scores: tf.Tensor): tf.Tensor =>
      tf.max(tf.where(tf.greater(weights, 0), scores, lowest), 1, true)
    return {
      at,
      weights: tf.mul(among, counts),
      inputs: {
        ...lanes.environment,
        positive: tf.sum(weigh(at, plus), 1, true),
        negative: minus,
        hardestPositive: extreme(positives, plus),
        hardestNegative: tf.neg(extreme(negatives, tf.neg(minus))),
        ...(swaps ? { swapped: lanes.swapped(slot) } : {}),
      },
    }
  }
  const kept = (weights: tf.Tensor, keeps: Value): tf.Tensor =>
    tf.where(tf.greater(spread(keeps, weights), 0), weights, 0)

  return {
    ...meanOf(context),
    take: (lanes) => {
      const sums: [tf.Tensor[], tf.Tensor[]] = [[tf.scalar(0)], [tf.scalar(0)]]
      for (const slot of lanes.slots) {
        const { inputs, weights } = see(lanes, slot)
        const [keeps, losses, counts] = emit([keep, resolved.term, count], inputs) as Value[]
        const counted = kept(weights, keeps as Value)
        sums[0].push(total(counted, losses as Value))
        sums[1].push(total(counted, counts as Value))
      }
      return sums.map((terms) => tf.addN(terms))
    },
    pull: (lanes, [factor]) => {
      let plus: tf.Tensor = tf.zerosLike(lanes.plus)
      let minus: tf.Tensor = tf.zerosLike(lanes.minus)
      const swapped: tf.Tensor[] = []
      let parameters = learned.map((): tf.Tensor => tf.zerosLike(lanes.real))
      for (const slot of lanes.slots) {
        const { inputs, weights, at } = see(lanes, slot)
        const formulas = ['positive', 'negative', 'swapped', ...learned].map(by)
        const [keeps, own, other, across, ...rest] = emit([keep, ...formulas], inputs) as Value[]
        const counted = tf.mul(kept(weights, keeps as Value), factor as tf.Tensor)
        const rowSum = (value: Value): tf.Tensor => tf.sum(weigh(counted, value), 1, true)
        plus = tf.add(plus, tf.mul(at, rowSum(own as Value)))
        minus = tf.add(minus, weigh(counted, other as Value))
        if (swaps) swapped.push(weigh(counted, across as Value))
        parameters = parameters.map((sum, index) => tf.add(sum, rowSum(rest[index] as Value)))
      }
      return { plus, minus, swapped, parameters }
    },
  }
}
