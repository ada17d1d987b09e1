import * as tf from '@tensorflow/tfjs-core'
import type { OpInputs, OpOutputs } from '../head/op.js'
import type { Plan } from '../head/plan.js'
import { keepState, prefixed } from './fused-loss.js'
import { runOnHost } from './host-kernel.js'

/** What comes from above is nearly always 1, which takes no pass: the wasm backend copies what it clones, but not what it reshapes. */
const times = (gradients: readonly tf.Tensor[], factor: tf.Tensor): tf.Tensor[] => {
  const isOne = factor.dataSync()[0] === 1
  return gradients.map((gradient) =>
    isOne ? tf.reshape(gradient, gradient.shape) : tf.mul(gradient, factor),
  )
}

/**
 * The op on a kernel that computes a whole step on the host, gradients with the value where one is being taken. Undefined where the
 * kernel leaves the step to the tensor ops.
 */
export const hostStep = (
  plan: Plan,
  { embeddings, classWeights, learned }: OpInputs,
  save: tf.GradSaveFunc,
  backward: boolean,
): OpOutputs | undefined => {
  const inputs = { ...prefixed('parameter', learned), embeddings, classWeights }
  const found = runOnHost(plan, inputs, backward)
  if (!found) return undefined
  keepState(plan, found.state)
  save([...found.gradients])
  return { value: found.value, gradFunc: (dy, saved) => times(saved, dy) }
}
