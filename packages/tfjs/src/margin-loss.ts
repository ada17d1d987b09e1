import type { Loss } from '@arcmargin/core'
import * as tf from '@tensorflow/tfjs-core'
import { fusedLoss } from './fused/fused-loss.js'
import { isOnHost } from './fused/host-kernel.js'
import { hostStep } from './fused/host-loss.js'
import { isFused } from './fused/kernel.js'
import { streamedStep } from './head/op.js'
import type { MarginLossOptions } from './head/options.js'
import { type Labels, makePlan } from './head/plan.js'
import { isStaged } from './stages/kernel.js'
import { stagedLoss } from './stages/staged-loss.js'

/**
 * A margin loss of a batch against all class weights as one differentiable op: it works inside `tf.grad`, `tf.variableGrads` and
 * `optimizer.minimize`, with gradients by the embeddings, the class weights, and every loss parameter that is given as a tensor.
 * Classes are streamed in blocks, forward and backward: beside the gradients the memory is O(N·D + block).
 *
 * @param loss any loss, e.g. `arcFace({ margin: 0.5, scale: 64 })`.
 * @param embeddings [N, D] float32; raw: the loss normalises where it says so.
 * @param classWeights [C, D] or [C, K, D] float32, with K sub-centers a class.
 * @param labels [N]: the class of each row, or -1 to leave it out. An array is checked. A tensor (int32 or float32) is not read
 *   back: a label in it that is no class makes the loss NaN.
 * @param options reduction, parameters, state, class subset, ...; see {@link MarginLossOptions}.
 * @returns a scalar, or [N] with reduction `none`. The regulariser of a loss is part of it (that of the classes not in [N]).
 * @throws ParameterError, ShapeError, LabelError, NonFiniteError before any tensor is made. Values inside tensors are not checked.
 *
 * A zero vector (norm below 1e-30) has cosine 0 with everything and gradient 0. At angle 0 or π (within 1e-7) a target has no
 * direction and so no gradient. Second derivatives are not there.
 */
export const marginLoss = (
  loss: Loss,
  embeddings: tf.Tensor,
  classWeights: tf.Tensor,
  labels: Labels,
  options: MarginLossOptions = {},
): tf.Tensor => {
  const plan = makePlan(loss, embeddings, classWeights, labels, options)
  const learned = plan.learned.map((name) => options.parameters?.[name] as tf.Tensor)
  if (isFused(plan)) return fusedLoss(plan, embeddings, classWeights, learned)
  if (isStaged(plan)) return stagedLoss(plan, embeddings, classWeights)
  const [onHost, backward] = [isOnHost(plan), tf.engine().isTapeOn()]
  const op = tf.customGrad((...given) => {
    const save = given.pop() as unknown as tf.GradSaveFunc
    const [x, weights, ...values] = given as [tf.Tensor, tf.Tensor, ...tf.Tensor[]]
    const named = plan.learned.map((name, index) => [name, values[index] as tf.Tensor])
    const inputs = { embeddings: x, classWeights: weights, learned: Object.fromEntries(named) }
    const found = onHost ? hostStep(plan, inputs, save, backward) : undefined
    return found ?? streamedStep(plan, inputs, save)
  })
  return op(embeddings, classWeights, ...learned)
}
