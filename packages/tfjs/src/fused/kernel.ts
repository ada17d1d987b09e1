import { inputsOf } from '@arcmargin/core'
import * as tf from '@tensorflow/tfjs-core'
import type { Plan } from '../head/plan.js'

/** The name under which a backend registers a kernel that computes a whole step at once. */
export const kernelName = 'ArcmarginMarginLoss'

/** What the kernel is told, beside the tensors `embeddings`, `classWeights` [C, K, D], and `state <name>` and `parameter <name>`. */
export interface FusedAttributes {
  readonly plan: Plan
  /** Whether gradients are wanted. */
  readonly backward: boolean
}

/** What the kernel gives, in this order. */
export interface FusedOutputs {
  /** [padded] each, with padded >= N: the rows' losses and regularisers, and parts of Σ over the classes of a classwise loss. */
  readonly values: readonly [loss: tf.Tensor, sample: tf.Tensor, repel: tf.Tensor]
  /** [2] int32: not 0 where an embedding, or a class weight, is not finite. */
  readonly flags: tf.Tensor
  /** Scalars after the step, in the order of the loss. */
  readonly state: readonly tf.Tensor[]
  /** By embeddings and class weights in their shapes, then [padded] by rows for each of the parameters in tensors. */
  readonly gradients: readonly tf.Tensor[]
}

/** Whether the kernel can take the gradients of parameters in tensors: a table by classes only where it meets the targets alone. */
const canLearn = ({ learned, scopes, derived }: Plan): boolean => {
  const others = inputsOf(derived.other.value)
  return learned.every((name) => scopes[name] !== 'perClass' || !others.has(name))
}

/** Whether the backend that is set has such a kernel, and it can do what is asked for. */
export const isFused = (plan: Plan): boolean =>
  tf.getKernel(kernelName, tf.getBackend()) !== undefined &&
  !(plan.labels instanceof tf.Tensor) &&
  !(plan.options.sampleWeights instanceof tf.Tensor) &&
  // Gradients from above by rows would have to be known with the value.
  !(plan.options.reduction === 'none' && tf.engine().isTapeOn()) &&
  !plan.subset &&
  canLearn(plan)

/** Runs the kernel of the backend that is set. */
export const runFused = (
  plan: Plan,
  inputs: Readonly<Record<string, tf.Tensor>>,
  backward: boolean,
): FusedOutputs => {
  const attributes: FusedAttributes = { plan, backward }
  const found: tf.Tensor[] = tf
    .engine()
    .runKernel(kernelName, inputs, attributes as unknown as tf.NamedAttrMap)
  const states = Object.keys(plan.resolved.state).length
  const [loss, sample, repel, flags, ...rest] = found as [
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
    ...tf.Tensor[],
  ]
  return {
    values: [loss, sample, repel],
    flags,
    state: rest.slice(0, states),
    gradients: rest.slice(states),
  }
}
