import { inputsOf } from '@arcmargin/core'
import * as tf from '@tensorflow/tfjs-core'
import { toInt } from '../expression/cast.js'
import type { Value } from '../expression/emit.js'
import {
  type Block,
  emitLanes,
  lowered,
  ownPlaces,
  sineOf,
  smallestSine,
  withoutOwn,
} from './blocks.js'
import type { Reduced } from './forward.js'
import type { ParameterGradients } from './parameter-gradients.js'
import type { Plan } from './plan.js'
import type { Step } from './step.js'
import type { TargetPulls } from './target-pulls.js'
import { undoNormalization } from './vectors.js'

/** What the passes over the blocks share; `scale` is d value / d row's loss. */
export interface Backward {
  readonly plan: Plan
  readonly step: Step
  readonly reduced: Reduced
  readonly scale: tf.Tensor
}

/** factor·slope; 0 for factor 0, since a slope that does not count may be infinite. */
export const counted = (factors: tf.Tensor, slope: Value): tf.Tensor =>
  typeof slope === 'number'
    ? tf.mul(factors, slope)
    : tf.where(tf.equal(factors, 0), 0, tf.mul(factors, slope))

/** [N, count] d value / d logit of the block's non-targets, 0 at the targets. */
export const factorsOf = (
  { plan, step, reduced, scale }: Backward,
  block: Block,
  logit: Value,
  slope?: Value,
): tf.Tensor => {
  const { reduction } = plan.resolved
  if (typeof reduction === 'object') return withoutOwn(block, tf.broadcastTo(scale, block.shape))
  const place = reduction === 'classwise' ? block.start / plan.blockSize : 0
  const { shift, rest } = reduced.denominators[place] as Reduced['denominators'][number]
  const masked = reduction === 'classwise' ? undefined : lowered(plan, block, logit, slope)
  const shares = tf.exp(tf.sub(tf.sub(masked ?? logit, shift), rest))
  // The scale of a row that does not count is 0.
  if (masked) return tf.mul(shares, scale)
  const divisor = reduction === 'classwise' ? plan.columns : 1
  const factors = withoutOwn(block, tf.mul(shares, tf.div(scale, divisor)))
  return tf.where(step.counts, factors, 0)
}

/** Rows [N, K', ...] and the sub-centers that they go to. */
interface Pull {
  readonly vectors: tf.Tensor
  readonly subCenters: tf.Tensor
}

/** Rows at their centers in the block, [count·K, D]: those whose column lies elsewhere go to a row that is cut off. */
const scatter = (
  { plan, step }: Backward,
  { start, count }: Block,
  { vectors, subCenters }: Pull,
): tf.Tensor => {
  const { subCenters: K } = plan
  const width = vectors.shape.at(-1) as number
  const lane = tf.sub(step.columns, start)
  const inside = tf.logicalAnd(tf.greaterEqual(lane, 0), tf.less(lane, count))
  const place = tf.add(tf.mul(lane, tf.scalar(K, 'int32')), subCenters)
  const size = count * K
  const index = toInt(tf.where(inside, place, tf.scalar(size, 'int32')))
  const sum = tf.scatterND(tf.reshape(index, [-1, 1]), tf.reshape(vectors, [-1, width]), [
    size + 1,
    width,
  ])
  return tf.slice(sum, [0, 0], [size, width])
}

/** Adds rows to their centers in the block; where the host knows their places, no more than these are touched. */
const addRows = (backward: Backward, block: Block, sum: tf.Tensor, pull: Pull): tf.Tensor => {
  const { labels, subCenters } = backward.plan
  if (labels instanceof tf.Tensor || subCenters > 1) {
    return tf.add(sum, scatter(backward, block, pull))
  }
  const own = ownPlaces(labels, block)
  if (own.length === 0) return sum
  const width = pull.vectors.shape.at(-1) as number
  const rows = tf.tensor1d(
    own.map(([row]) => row),
    'int32',
  )
  const lanes = tf.tensor2d(
    own.map(([, lane]) => [lane]),
    [own.length, 1],
    'int32',
  )
  const vectors = tf.gather(tf.reshape(pull.vectors, [-1, width]), rows)
  return tf.add(sum, tf.scatterND(lanes, vectors, [block.count, width]))
}

/** d value / d pooled cosine of the non-targets. One that is carried by the angle is divided by a sine that is held off 0. */
const byCosine = (
  { plan }: Backward,
  { pooled }: Block,
  factors: tf.Tensor,
  slope: Value,
): tf.Tensor => {
  const gradient = counted(factors, slope)
  return plan.derived.other.by === 'cosine'
    ? gradient
    : tf.neg(tf.div(gradient, tf.maximum(sineOf(pooled.cosine), smallestSine)))
}

/**
 * One block's part. `rows` is to be summed over the blocks: the embeddings' gradient before the normalisation is undone, and the
 * gradient by their norms where there is one. The rest is the block's own.
 */
export const visitBlock = (
  backward: Backward,
  block: Block,
  pulls: TargetPulls,
  weightNorm: tf.Tensor,
  parameters: ParameterGradients,
): {
  readonly rows: tf.Tensor[]
  readonly centers: tf.Tensor
  readonly parameters: Record<string, tf.Tensor>
} => {
  const { plan, step } = backward
  const { other, target, sample, coupled } = plan.derived
  const values = emitLanes(
    [other.value, other.slope, other.featureNorm, other.weightNorm, ...parameters.otherSlopes],
    step,
    plan,
    block,
  )
  const [logit, slope, byFeature, byWeight, ...parameterSlopes] = values as [
    Value,
    Value,
    Value,
    Value,
    ...Value[],
  ]
  const factors = factorsOf(backward, block, logit, slope)
  const { pooled, centers, count } = block
  const vectors = count * plan.subCenters
  const gradient = tf.mul(
    tf.expandDims(byCosine(backward, block, factors, slope), -1),
    pooled.weights,
  )
  const byEach = tf.reshape(gradient, [plan.rows, vectors])
  const product = tf.matMul(tf.transpose(byEach), step.embeddings.unit)
  const around = addRows(backward, block, product, pulls)
  const mentionsNorm = [
    target.value,
    sample?.value,
    other.value,
    ...Object.values(coupled).map(({ row }) => row.value),
  ].some((formula) => formula && inputsOf(formula).has('weightNorm'))
  const byNorm = mentionsNorm
    ? addRows(
        backward,
        block,
        tf.reshape(
          tf.sum(tf.mul(tf.expandDims(counted(factors, byWeight), -1), pooled.chosen), 0),
          [vectors, 1],
        ),
        { vectors: weightNorm, subCenters: pulls.chosen },
      )
    : undefined
  return {
    rows: [
      tf.matMul(byEach, centers.unit),
      ...(byFeature === 0 ? [] : [tf.sum(counted(factors, byFeature), 1, true)]),
    ],
    centers: undoNormalization(around, centers, byNorm),
    parameters: parameters.ofBlock(parameterSlopes.map((value) => counted(factors, value))),
  }
}
