import { derivative, type Expression, input } from '@arcmargin/core'
import { countOf, type ResolvedPairs } from '@arcmargin/core/pairs/engine'
import * as tf from '@tensorflow/tfjs-core'
import type { Environment } from '../expression/emit.js'
import type { Slot } from './columns.js'
import type { PairPlan } from './plan.js'

/** A block of anchors with the scores of all its pairs. */
export interface Lanes {
  /** Parameters as they are for each anchor, and the anchor's counts: numbers, scalars or [anchors, 1]. */
  readonly environment: Environment
  /** [anchors, M] how often each pair counts. */
  readonly positives: tf.Tensor
  readonly negatives: tf.Tensor
  /** [anchors, M] φ+ and φ-. */
  readonly plus: tf.Tensor
  readonly minus: tf.Tensor
  /** [anchors, 1] numbers of pairs, and 1 where the anchor is not ignored. */
  readonly positiveCount: tf.Tensor
  readonly negativeCount: tf.Tensor
  readonly real: tf.Tensor
  readonly slots: readonly Slot[]
  /** [anchors, M] φ- of each anchor's sample of the slot with every column. */
  swapped(slot: Slot): tf.Tensor
}

/** d loss by the scores of a block and, through the terms themselves, by the learned parameters. */
export interface Pulls {
  /** [anchors, M]. */
  readonly plus: tf.Tensor
  readonly minus: tf.Tensor
  /** By slot, where terms have `swapped`. */
  readonly swapped: readonly tf.Tensor[]
  /** [anchors, 1] each, in the order of the learned parameters. */
  readonly parameters: readonly tf.Tensor[]
}

/** From the scores of all anchors to one loss, in two passes. */
export interface Reduction {
  /** What is gathered over a block. */
  take(lanes: Lanes): tf.Tensor[]
  /** What two blocks gathered, together. */
  join(a: tf.Tensor[], b: tf.Tensor[]): tf.Tensor[]
  /** The loss, and what the second pass needs to know. */
  finish(
    gathered: readonly tf.Tensor[],
    parameters: Environment,
  ): { readonly value: tf.Tensor; readonly memory: tf.Tensor[] }
  pull(lanes: Lanes, memory: readonly tf.Tensor[]): Pulls
}

/** What a reduction is made from. */
export interface Context {
  readonly resolved: ResolvedPairs
  /** What a term adds to the divisor. */
  readonly count: Expression
  /** d term by an input or parameter. */
  by(name: string): Expression
  readonly learned: readonly string[]
  /** d mean/d term, from the divisor. */
  factor(divisor: tf.Tensor): tf.Tensor
}

/** The context of one direction, which has a share in the loss. */
export const contextOf = (plan: PairPlan, share: number): Context => {
  const { resolved, loss, reduction, learned } = plan
  const { term, count } = resolved
  const own = loss.definition.over === 'pairs' ? undefined : term
  return {
    resolved,
    count: countOf(count, own ?? input('loss'), { reduction }),
    by: (name) => derivative(term, name),
    learned,
    factor: (divisor) => {
      const some = tf.greater(divisor, 0)
      const each = reduction === 'sum' ? share : tf.div(share, tf.where(some, divisor, 1))
      return tf.where(some, each, 0)
    },
  }
}

/** Sums are joined by adding. */
export const addAll = (a: tf.Tensor[], b: tf.Tensor[]): tf.Tensor[] =>
  a.map((one, index) => tf.add(one, b[index] as tf.Tensor))

/** A mean over terms, gathered as [Σ terms, Σ counts]: what all reductions but `batch` and `pairs` do with them. */
export const meanOf = ({ factor }: Context): Pick<Reduction, 'join' | 'finish'> => ({
  join: addAll,
  finish: ([sum, divisor]) => {
    const each = factor(divisor as tf.Tensor)
    return { value: tf.mul(sum as tf.Tensor, each), memory: [each] }
  },
})
