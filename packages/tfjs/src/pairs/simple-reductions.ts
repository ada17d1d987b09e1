import * as tf from '@tensorflow/tfjs-core'
import { emit, type Value } from '../expression/emit.js'
import { addAll, type Context, type Lanes, meanOf, type Reduction } from './reduction.js'
import { logSum, spread, total, weigh } from './weighted.js'

/** Scores are the terms; positives and negatives have a mean each. */
export const overPairs = ({ count, factor }: Context): Reduction => {
  const sums = (lanes: Lanes, weights: tf.Tensor, scores: tf.Tensor): tf.Tensor[] => {
    const [counts] = emit([count], { ...lanes.environment, loss: scores }) as [Value]
    return [total(weights, scores), total(weights, counts)]
  }
  return {
    take: (lanes) => [
      ...sums(lanes, lanes.positives, lanes.plus),
      ...sums(lanes, lanes.negatives, lanes.minus),
    ],
    join: addAll,
    finish: (gathered) => {
      const [plus, plusCount, minus, minusCount] = gathered as [
        tf.Tensor,
        tf.Tensor,
        tf.Tensor,
        tf.Tensor,
      ]
      const memory = [factor(plusCount), factor(minusCount)] as [tf.Tensor, tf.Tensor]
      return { value: tf.add(tf.mul(plus, memory[0]), tf.mul(minus, memory[1])), memory }
    },
    pull: ({ positives, negatives }, [plus, minus]) => ({
      plus: tf.mul(positives, plus as tf.Tensor),
      minus: tf.mul(negatives, minus as tf.Tensor),
      swapped: [],
      // Scores alone depend on parameters.
      parameters: [],
    }),
  }
}

/** A term for each positive pair against all of its anchor's negatives. */
export const overPositives = (context: Context): Reduction => {
  const { resolved, count, by, learned } = context
  const see = (lanes: Lanes) => {
    const negatives = logSum(lanes.negatives, lanes.minus)
    return { negatives, inputs: { ...lanes.environment, positive: lanes.plus, negatives } }
  }
  return {
    ...meanOf(context),
    take: (lanes) =>
      emit([resolved.term, count], see(lanes).inputs).map((value) => total(lanes.positives, value)),
    pull: (lanes, [factor]) => {
      const { negatives, inputs } = see(lanes)
      const weights = tf.mul(lanes.positives, factor as tf.Tensor)
      const [own, others, ...parameters] = emit(
        ['positive', 'negatives', ...learned].map(by),
        inputs,
      ) as [Value, Value, ...Value[]]
      const byNegatives = tf.sum(weigh(weights, others), 1, true)
      const shares = tf.exp(tf.minimum(tf.sub(lanes.minus, negatives), 0))
      return {
        plus: weigh(weights, spread(own, weights)),
        minus: weigh(lanes.negatives, tf.mul(byNegatives, shares)),
        swapped: [],
        parameters: parameters.map((value) => tf.sum(weigh(weights, value), 1, true)),
      }
    },
  }
}
