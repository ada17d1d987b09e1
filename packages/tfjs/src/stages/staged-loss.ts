import * as tf from '@tensorflow/tfjs-core'
import type { Plan } from '../head/plan.js'
import { backwardKernel, forwardKernel, type StageAttributes } from './kernel.js'

/** Runs a kernel of the backend that is set. */
const runKernel = (
  name: string,
  inputs: Readonly<Record<string, tf.Tensor>>,
  plan: Plan,
): tf.Tensor[] => {
  const attributes: StageAttributes = { plan }
  return tf
    .engine()
    .runKernel(
      name,
      { ...inputs },
      attributes as unknown as tf.NamedAttrMap,
    ) as unknown as tf.Tensor[]
}

/** The op on kernels that compute all stages: one for the loss and what the gradients need of it, one for the gradients. */
export const stagedLoss = (
  plan: Plan,
  embeddings: tf.Tensor,
  classWeights: tf.Tensor,
): tf.Tensor => {
  const op = tf.customGrad((...given) => {
    const save = given.pop() as unknown as tf.GradSaveFunc
    const [x, w] = given as [tf.Tensor, tf.Tensor]
    const weights = tf.reshape(w, [plan.classes, plan.dimension])
    const [value, ...memory] = runKernel(
      forwardKernel,
      { embeddings: x, classWeights: weights },
      plan,
    ) as [tf.Tensor, ...tf.Tensor[]]
    save([weights, ...memory])
    return {
      value,
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [weights, ...memory] = saved as [tf.Tensor, ...tf.Tensor[]]
        const [dx, dw] = runKernel(
          backwardKernel,
          { dy, classWeights: weights, ...Object.fromEntries(memory.entries()) },
          plan,
        ) as [tf.Tensor, tf.Tensor]
        return [dx, tf.reshape(dw, classWeights.shape)]
      },
    }
  })
  return op(embeddings, classWeights)
}
