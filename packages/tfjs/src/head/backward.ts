import { isZero } from '@arcmargin/core/backend'
import * as tf from '@tensorflow/tfjs-core'
import { emit, type Value } from '../expression/emit.js'
import { visitBlock } from './backward-block.js'
import { eachBlock, visits } from './blocks.js'
import { type Backward, weighSlopes } from './factors.js'
import type { Reduced } from './forward.js'
import { createParameterGradients, type ParameterGradients } from './parameter-gradients.js'
import type { Plan } from './plan.js'
import type { Step } from './step.js'
import { targetPulls } from './target-pulls.js'
import { undoNormalization } from './vectors.js'

/** Gradients by the op's inputs, in their shapes. */
export interface Gradients {
  readonly embeddings: tf.Tensor
  readonly classWeights: tf.Tensor
  /** By the parameters in tensors. */
  readonly parameters: Readonly<Record<string, tf.Tensor>>
}

/** [N, 1] each: Σ over the non-targets of d value/d logit times its slope by a value of the row. */
const couplings = (backward: Backward): readonly tf.Tensor[] => {
  const { plan, step } = backward
  const slopes = Object.values(plan.derived.coupled).map(({ slope }) => slope)
  if (slopes.length === 0) return []
  const blocks = eachBlock(plan, step, (block) =>
    weighSlopes(backward, block, slopes).map((value) => tf.sum(value, 1, true)),
  )
  return slopes.map((_, index) => tf.addN(blocks.map((block) => block[index] as tf.Tensor)))
}

/** [N, 1] gradients of everything of a row that depends on its target, by the angle and both norms. */
const rowSlopes = (
  { plan, step, reduced, scale }: Backward,
  coupled: readonly tf.Tensor[],
  parameters: ParameterGradients,
): {
  readonly slope: tf.Tensor
  /** None where it is 0 everywhere. */
  readonly featureNorm: tf.Tensor | undefined
  readonly weightNorm: tf.Tensor | undefined
} => {
  const { derived } = plan
  const parts = [
    { logit: derived.target, factors: tf.mul(reduced.targetFactors, scale) },
    ...(derived.sample ? [{ logit: derived.sample, factors: scale }] : []),
    ...Object.values(derived.coupled).map(({ row }, index) => ({
      logit: row,
      factors: coupled[index] as tf.Tensor,
    })),
  ]
  for (const { logit, factors } of parts) parameters.addRows(logit.value, factors)
  const sum = (key: 'slope' | 'featureNorm' | 'weightNorm'): tf.Tensor | undefined => {
    const own = parts.filter(({ logit }) => !isZero(logit[key]))
    if (own.length === 0) return undefined
    const slopes = emit(
      own.map(({ logit }) => logit[key]),
      step.environment,
    )
    const terms = own.map(({ factors }, index) => tf.mul(factors, slopes[index] as Value))
    return tf.where(step.counts, tf.addN(terms), 0)
  }
  return {
    slope: sum('slope') ?? tf.zerosLike(scale),
    featureNorm: sum('featureNorm'),
    weightNorm: sum('weightNorm'),
  }
}

/** Sums, term by term; what they were made of is released at once, so that nothing is kept for each block. */
const addReleasing = (sums: tf.Tensor[] | undefined, terms: tf.Tensor[]): tf.Tensor[] => {
  if (!sums) return terms
  const added = sums.map((sum, index) => tf.add(sum, terms[index] as tf.Tensor))
  tf.dispose([sums, terms])
  return added
}

/**
 * Stage 5. Non-targets go through two matrix products with d value/d cosine; what of a product lies along the side itself is
 * taken out at the end. Targets go along their tangents.
 *
 * @param dy gradient by the op's value: a scalar, or [N] with reduction `none`.
 */
export const backward = (plan: Plan, step: Step, reduced: Reduced, dy: tf.Tensor): Gradients => {
  const outer = plan.options.reduction === 'none' ? tf.reshape(dy, [plan.rows, 1]) : dy
  const scale = tf.mul(step.scale, outer)
  const context = { plan, step, reduced, scale }
  const parameters = createParameterGradients(plan, step, dy)
  const slopes = rowSlopes(context, couplings(context), parameters)
  const pulls = targetPulls(plan, step, slopes.slope)
  const centers: tf.Tensor[] = []
  const ofParameters: Record<string, tf.Tensor>[] = []
  let sums: tf.Tensor[] | undefined
  for (const part of visits(plan, step, (block) =>
    visitBlock(context, block, pulls, slopes.weightNorm, parameters),
  )) {
    centers.push(part.centers)
    ofParameters.push(part.parameters)
    sums = addReleasing(sums, part.rows)
  }
  const [sum, norms] = sums as [tf.Tensor, tf.Tensor?]
  const byNorm =
    norms && slopes.featureNorm ? tf.add(slopes.featureNorm, norms) : (norms ?? slopes.featureNorm)
  const { embeddings: x } = step
  const across = undoNormalization(sum, x, byNorm)
  const direct = tf.div(pulls.ofEmbeddings, tf.maximum(x.norm, 1e-30))
  return {
    embeddings: tf.add(across, tf.where(tf.greater(x.norm, 0), direct, 0)),
    classWeights: joinBlocks(plan, step, centers),
    parameters: parameters.finish(ofParameters),
  }
}

/** The blocks' gradients in the shape of the class weights, 0 for classes outside the subset. */
const joinBlocks = (
  { subset, classes, subCenters, dimension }: Plan,
  { classWeights }: Step,
  blocks: readonly tf.Tensor[],
): tf.Tensor => {
  const whole = blocks.length === 1 ? (blocks[0] as tf.Tensor) : tf.concat([...blocks], 0)
  if (!subset) return tf.reshape(whole, classWeights.shape)
  const indices = tf.tensor(subset, [subset.length, 1], 'int32')
  const rows = tf.reshape(whole, [subset.length, subCenters * dimension])
  return tf.reshape(
    tf.scatterND(indices, rows, [classes, subCenters * dimension]),
    classWeights.shape,
  )
}
