import * as tf from '@tensorflow/tfjs-core'
import type { Plan } from '../head/plan.js'

/** The name under which a backend whose tensors lie where the host can read them registers a kernel that computes a whole step. */
export const hostKernel = 'ArcmarginMarginStep'

/** What the kernel is told, beside the tensors `embeddings`, `classWeights` and `parameter <name>`. */
export interface HostAttributes {
  readonly plan: Plan
  /** Whether gradients are wanted. */
  readonly backward: boolean
}

/** What the kernel gives. */
export interface HostOutputs {
  /** The op's value. */
  readonly value: tf.Tensor
  /** Scalars after the step, in the order of the loss. */
  readonly state: readonly tf.Tensor[]
  /** d value by embeddings, class weights and the parameters in tensors, each in the shape of what it is by. */
  readonly gradients: readonly tf.Tensor[]
}

/** Whether the backend that is set has such a kernel, and it can do what is asked for. */
export const isOnHost = (plan: Plan): boolean =>
  tf.getKernel(hostKernel, tf.getBackend()) !== undefined &&
  // Gradients from above by rows would have to be known with the value.
  !(plan.options.reduction === 'none' && tf.engine().isTapeOn())

/** Runs the kernel of the backend that is set; undefined where it leaves the step, for its numbers, to the tensor ops. */
export const runOnHost = (
  plan: Plan,
  inputs: Readonly<Record<string, tf.Tensor>>,
  backward: boolean,
): HostOutputs | undefined => {
  const attributes: HostAttributes = { plan, backward }
  const [value, ...rest]: tf.Tensor[] = tf
    .engine()
    .runKernel(hostKernel, inputs, attributes as unknown as tf.NamedAttrMap)
  const states = Object.keys(plan.resolved.state).length
  return value && { value, state: rest.slice(0, states), gradients: rest.slice(states) }
}
