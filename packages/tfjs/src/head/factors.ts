import type { Expression } from '@arcmargin/core'
import * as tf from '@tensorflow/tfjs-core'
import type { Value } from '../expression/emit.js'
import { fusesFormulas } from '../expression/kernel.js'
import { type Block, emitLanes, lowered, withoutOwn } from './blocks.js'
import { weighedSlope } from './formulas.js'
import type { Reduced } from './forward.js'
import type { Plan } from './plan.js'
import type { Step } from './step.js'

/** What the passes over the blocks share; `scale` is d value / d row's loss. */
export interface Backward {
  readonly plan: Plan
  readonly step: Step
  readonly reduced: Reduced
  readonly scale: tf.Tensor
}

/** Shift and rest of a block's denominators; none of a loss that is a sum of terms. */
const denominatorOf = (
  { plan, reduced }: Backward,
  { start }: Block,
): Reduced['denominators'][number] | undefined =>
  reduced.denominators[plan.resolved.reduction === 'classwise' ? start / plan.blockSize : 0]

/** factor·slope; 0 for factor 0, since a slope that does not count may be infinite. */
const counted = (factors: tf.Tensor, slope: Value): tf.Tensor =>
  typeof slope === 'number'
    ? tf.mul(factors, slope)
    : tf.where(tf.equal(factors, 0), 0, tf.mul(factors, slope))

/** [N, count] d value / d logit of the block's non-targets, 0 at the targets. */
const factorsOf = (backward: Backward, block: Block, logit: Value, slope: Value): tf.Tensor => {
  const { plan, step, scale } = backward
  const { reduction } = plan.resolved
  const denominator = denominatorOf(backward, block)
  if (!denominator) return withoutOwn(block, tf.broadcastTo(scale, block.shape))
  const masked = reduction === 'classwise' ? undefined : lowered(plan, block, logit, slope)
  const shares = tf.exp(tf.sub(tf.sub(masked ?? logit, denominator.shift), denominator.rest))
  // The scale of a row that does not count is 0.
  if (masked) return tf.mul(shares, scale)
  const divisor = reduction === 'classwise' ? plan.columns : 1
  const factors = withoutOwn(block, tf.mul(shares, tf.div(scale, divisor)))
  return tf.where(step.counts, factors, 0)
}

/** {@link factorsOf} times slopes, as one formula each. */
const inFormulas = (
  backward: Backward,
  block: Block,
  slopes: readonly Expression[],
): tf.Tensor[] => {
  const { plan, step, scale } = backward
  const { value: logit } = plan.derived.other
  const denominator = denominatorOf(backward, block)
  const share = plan.resolved.reduction === 'classwise' ? tf.div(scale, plan.columns) : scale
  return emitLanes(
    slopes.map((slope) => weighedSlope(denominator && logit, slope)),
    step,
    plan,
    block,
    {
      without: 0,
      known: {
        'row share': share,
        ...(denominator ? { 'row shift': denominator.shift, 'row rest': denominator.rest } : {}),
      },
    },
  ) as tf.Tensor[]
}

/** [N, count] each: d value / d logit of the block's non-targets times the slope of the logit by something; 0 at the targets. */
export const weighSlopes = (
  backward: Backward,
  block: Block,
  slopes: readonly Expression[],
): tf.Tensor[] => {
  if (fusesFormulas()) return inFormulas(backward, block, slopes)
  const { plan, step } = backward
  const { value, slope } = plan.derived.other
  const [logit, byCosine, ...values] = emitLanes([value, slope, ...slopes], step, plan, block) as [
    Value,
    Value,
    ...Value[],
  ]
  const factors = factorsOf(backward, block, logit, byCosine)
  return values.map((one) => counted(factors, one))
}
