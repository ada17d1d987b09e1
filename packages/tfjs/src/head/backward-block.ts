import { inputsOf } from '@arcmargin/core'
import { isZero } from '@arcmargin/core/backend'
import * as tf from '@tensorflow/tfjs-core'
import { toInt } from '../expression/cast.js'
import { fusesFormulas } from '../expression/kernel.js'
import { type Block, ownPlaces, sineOf, smallestSine } from './blocks.js'
import { type Backward, weighSlopes } from './factors.js'
import type { ParameterGradients } from './parameter-gradients.js'
import type { Plan } from './plan.js'
import type { TargetPulls } from './target-pulls.js'
import { undoNormalization } from './vectors.js'

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

/** Rows at their centers in the block by way of the classes that have any: a scatter of WebGL looks at every row for every value. */
const gathered = (
  { count }: Block,
  own: ReturnType<typeof ownPlaces>,
  vectors: tf.Tensor,
): tf.Tensor => {
  const width = vectors.shape.at(-1) as number
  const present = [...new Set(own.map(([, lane]) => lane))]
  const rows = tf.tensor1d(
    own.map(([row]) => row),
    'int32',
  )
  const places = tf.tensor2d(
    own.map(([, lane]) => [1 + present.indexOf(lane)]),
    [own.length, 1],
    'int32',
  )
  const each = tf.gather(tf.reshape(vectors, [-1, width]), rows)
  // The first of them stands for classes without a row.
  const sums = tf.scatterND(places, each, [1 + present.length, width])
  const sources = new Int32Array(count)
  present.forEach((lane, index) => {
    sources[lane] = 1 + index
  })
  return tf.gather(sums, tf.tensor1d(sources, 'int32'))
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
  if (fusesFormulas()) return tf.add(sum, gathered(block, own, pull.vectors))
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
const byCosine = ({ plan }: Backward, { pooled }: Block, gradient: tf.Tensor): tf.Tensor =>
  plan.derived.other.by === 'cosine'
    ? gradient
    : tf.neg(tf.div(gradient, tf.maximum(sineOf(pooled.cosine), smallestSine)))

/** Whether |w| is part of what a row or a lane computes. */
const mentionsNorm = ({ derived: { target, sample, other, coupled } }: Plan): boolean =>
  [
    target.value,
    sample?.value,
    other.value,
    ...Object.values(coupled).map(({ row }) => row.value),
  ].some((formula) => formula && inputsOf(formula).has('weightNorm'))

/**
 * One block's part. `rows` is to be summed over the blocks: the embeddings' gradient before the normalisation is undone, and the
 * gradient by their norms where there is one. The rest is the block's own.
 */
export const visitBlock = (
  backward: Backward,
  block: Block,
  pulls: TargetPulls,
  weightNorm: tf.Tensor | undefined,
  parameters: ParameterGradients,
): {
  readonly rows: tf.Tensor[]
  readonly centers: tf.Tensor
  readonly parameters: Record<string, tf.Tensor>
} => {
  const { plan, step } = backward
  const { other } = plan.derived
  const norms = {
    feature: isZero(other.featureNorm) ? [] : [other.featureNorm],
    weight: mentionsNorm(plan) ? [other.weightNorm] : [],
  }
  const weighed = weighSlopes(backward, block, [
    other.slope,
    ...norms.feature,
    ...norms.weight,
    ...parameters.otherSlopes,
  ])
  const bySlope = weighed.shift() as tf.Tensor
  const byFeature = weighed.splice(0, norms.feature.length)
  const byWeight = weighed.splice(0, norms.weight.length)
  const { pooled, centers, count } = block
  const vectors = count * plan.subCenters
  const pooledGradient = byCosine(backward, block, bySlope)
  const gradient =
    plan.subCenters === 1
      ? pooledGradient
      : tf.mul(tf.expandDims(pooledGradient, -1), pooled.weights)
  const byEach = tf.reshape(gradient, [plan.rows, vectors])
  const product = tf.matMul(tf.transpose(byEach), step.embeddings.unit)
  const around = addRows(backward, block, product, pulls)
  const [byNorm] = byWeight.map((slope) => {
    const each = tf.mul(tf.expandDims(slope, -1), pooled.chosen)
    const sum = tf.reshape(tf.sum(each, 0), [vectors, 1])
    if (!weightNorm) return sum
    return addRows(backward, block, sum, { vectors: weightNorm, subCenters: pulls.chosen })
  })
  return {
    rows: [tf.matMul(byEach, centers.unit), ...byFeature.map((slope) => tf.sum(slope, 1, true))],
    centers: undoNormalization(around, centers, byNorm),
    parameters: parameters.ofBlock(weighed),
  }
}
