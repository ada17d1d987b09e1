import type { Loss } from '@arcmargin/core'
import * as tf from '@tensorflow/tfjs-core'
import { fusedLoss } from './fused/fused-loss.js'
import { isFused } from './fused/kernel.js'
import { backward } from './head/backward.js'
import { assemble, forward } from './head/forward.js'
import { tensorsOf, withTensors } from './head/map-tensors.js'
import type { MarginLossOptions } from './head/options.js'
import { type Labels, makePlan } from './head/plan.js'
import { prelude } from './head/prelude.js'
import { makeStep } from './head/step.js'

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
  const named = (tensors: readonly tf.Tensor[]): Record<string, tf.Tensor> =>
    Object.fromEntries(plan.learned.map((name, index) => [name, tensors[index] as tf.Tensor]))

  const op = tf.customGrad((...inputs) => {
    const save = inputs.pop() as unknown as tf.GradSaveFunc
    const [x, weights, ...parameters] = inputs as [tf.Tensor, tf.Tensor, ...tf.Tensor[]]
    const step = makeStep(plan, x, weights, named(parameters))
    prelude(plan, step)
    const reduced = forward(plan, step)
    const value = assemble(plan, step, reduced)
    const memory = { step, reduced }
    save(tensorsOf(memory))
    return {
      value,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const known = withTensors(memory, saved.values())
        const gradients = backward(plan, known.step, known.reduced, dy)
        return [
          gradients.embeddings,
          gradients.classWeights,
          ...plan.learned.map((name, index) =>
            tf.reshape(gradients.parameters[name] as tf.Tensor, learned[index]?.shape as number[]),
          ),
        ]
      },
    }
  })
  return op(embeddings, classWeights, ...learned)
}
