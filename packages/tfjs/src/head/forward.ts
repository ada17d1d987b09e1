import * as tf from '@tensorflow/tfjs-core'
import { toFloat } from '../expression/cast.js'
import { emit, toTensor, type Value } from '../expression/emit.js'
import { fusesFormulas } from '../expression/kernel.js'
import { type Block, eachBlock, emitLanes, lowered, withoutOwn } from './blocks.js'
import type { Plan } from './plan.js'
import { alone, joined, logSum, logSumLowered, lowest, withLogit } from './reduce.js'
import type { Step } from './step.js'

/** Stage 4: losses, and what the backward pass needs of the reduction. */
export interface Reduced {
  /** [N, 1] loss of each row without its regulariser, 0 where ignored; of a classwise loss nothing. */
  readonly losses: tf.Tensor
  /** The loss of the batch where it is one value, else undefined. */
  readonly total: tf.Tensor | undefined
  /** [N, 1] d loss of the row / d target logit. */
  readonly targetFactors: tf.Tensor
  /** Softmax: [N, 1] the logarithm of each row's denominator in two parts; classwise: [1, count] of each block. */
  readonly denominators: readonly { readonly shift: tf.Tensor; readonly rest: tf.Tensor }[]
}

/** A value broadcast to [N, count]. */
const spread = ({ shape }: Block, value: Value): tf.Tensor => tf.broadcastTo(toTensor(value), shape)

/** Rows that count, but not with their own class. */
const negatives = ({ counts }: Step, { own }: Block): tf.Tensor =>
  tf.logicalAnd(counts, tf.logicalNot(own()))

const softmax = (plan: Plan, step: Step, target: tf.Tensor): Reduced => {
  const { derived, resolved } = plan
  const blocks = eachBlock(plan, step, (block) => {
    const { value, slope } = derived.other
    if (fusesFormulas()) {
      const [others] = emitLanes([value], step, plan, block, { without: lowest }) as [Value]
      return logSumLowered(spread(block, others), 1)
    }
    const [logit, byCosine] = emitLanes([value, slope], step, plan, block) as [Value, Value]
    const masked = lowered(plan, block, logit, byCosine)
    return masked
      ? logSumLowered(masked, 1)
      : logSum(spread(block, logit), negatives(step, block), 1)
  })
  const sums = blocks.reduce(joined)
  const { shift, rest, share } =
    resolved.reduction === 'softmaxOthers' ? alone(sums) : withLogit(sums, target)
  // A class alone has nothing to be told from.
  const real = tf.logicalAnd(step.counts, tf.notEqual(sums.sum, 0))
  return {
    losses: tf.where(real, tf.add(tf.sub(shift, target), rest), 0),
    total: undefined,
    targetFactors: tf.where(real, tf.neg(share), 0),
    denominators: [{ shift, rest }],
  }
}

const separable = (plan: Plan, step: Step, target: tf.Tensor): Reduced => {
  const blocks = eachBlock(plan, step, (block) => {
    const { value } = plan.derived.other
    if (fusesFormulas()) {
      const [others] = emitLanes([value], step, plan, block, { without: 0 }) as [Value]
      return tf.sum(spread(block, others), 1, true)
    }
    const [others] = emitLanes([value], step, plan, block) as [Value]
    return tf.sum(withoutOwn(block, others), 1, true)
  })
  return {
    losses: tf.where(step.counts, tf.add(target, tf.addN(blocks)), 0),
    total: undefined,
    targetFactors: toFloat(step.counts),
    denominators: [],
  }
}

/** log(1 + Σ e^logit) along the batch: the mean over classes with samples plus the mean over all classes. */
const classwise = (plan: Plan, step: Step, target: tf.Tensor): Reduced => {
  const { columns } = plan
  const blocks = eachBlock(plan, step, (block) => {
    const [value] = emitLanes([plan.derived.other.value], step, plan, block) as [Value]
    const sums = logSum(spread(block, value), negatives(step, block), 0)
    const { shift, rest } = withLogit(sums, tf.zerosLike(sums.largest))
    return { shift, rest, loss: tf.div(tf.sum(tf.add(shift, rest)), columns) }
  })
  // [N, N]: rows of the same class.
  const same = tf.logicalAnd(
    tf.logicalAnd(step.counts, tf.transpose(step.counts)),
    tf.equal(step.columns, tf.transpose(step.columns)),
  )
  const others = tf.broadcastTo(tf.transpose(target), same.shape)
  const sums = logSum(others, same, 1)
  const { shift, rest } = withLogit(sums, tf.zerosLike(sums.largest))
  const share = tf.div(toFloat(step.counts), tf.maximum(tf.sum(toFloat(same), 1, true), 1))
  const present = tf.maximum(tf.sum(share), 1)
  const attract = tf.sum(tf.mul(tf.div(share, present), tf.add(shift, rest)))
  const factor = tf.div(tf.exp(tf.sub(tf.sub(target, shift), rest)), present)
  return {
    losses: tf.zerosLike(target),
    total: tf.addN([attract, ...blocks.map(({ loss }) => loss)]),
    targetFactors: tf.where(step.counts, factor, 0),
    denominators: blocks.map((block) => ({ shift: block.shift, rest: block.rest })),
  }
}

/** A value of the rows as [N, 1]. */
const column = ({ counts }: Step, value: Value): tf.Tensor =>
  tf.broadcastTo(toTensor(value), counts.shape)

/** Stages 2 to 4 over all blocks. */
export const forward = (plan: Plan, step: Step): Reduced => {
  const [value] = emit([plan.derived.target.value], step.environment) as [Value]
  const target = column(step, value)
  const { reduction } = plan.resolved
  if (typeof reduction === 'object') return separable(plan, step, target)
  return reduction === 'classwise' ? classwise(plan, step, target) : softmax(plan, step, target)
}

/** The op's value: a scalar, or [N] with reduction `none`. */
export const assemble = (plan: Plan, step: Step, { losses, total }: Reduced): tf.Tensor => {
  const { derived, resolved, options, rows } = plan
  const { environment, scale, counts, perClass } = step
  const [sample] = derived.sample ? emit([derived.sample.value], environment) : []
  const own = sample === undefined ? losses : tf.add(losses, tf.where(counts, sample, 0))
  const weighed = tf.mul(scale, own)
  if (options.reduction === 'none') return tf.reshape(weighed, [rows])
  const value = total ? tf.add(total, tf.mul(tf.sum(scale), 0)) : tf.sum(weighed)
  if (!resolved.classRegularizer) return value
  const [terms] = emit([resolved.classRegularizer], { ...environment, ...perClass }) as [Value]
  return tf.add(value, typeof terms === 'number' ? terms : tf.mean(terms))
}
