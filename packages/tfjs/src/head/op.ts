import * as tf from '@tensorflow/tfjs-core'
import { backward } from './backward.js'
import { assemble, forward } from './forward.js'
import { tensorsOf, withTensors } from './map-tensors.js'
import type { Plan } from './plan.js'
import { prelude } from './prelude.js'
import { makeStep } from './step.js'

/** What the op is differentiated by. */
export interface OpInputs {
  readonly embeddings: tf.Tensor
  readonly classWeights: tf.Tensor
  /** Parameters in tensors, by name. */
  readonly learned: Readonly<Record<string, tf.Tensor>>
}

/** What a custom gradient of TensorFlow.js is made of. */
export interface OpOutputs {
  readonly value: tf.Tensor
  /** By the inputs in their order, from what comes from above and the tensors that were saved. */
  gradFunc(dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[]
}

/** The op on tensor ops, for every loss, option and backend. */
export const streamedStep = (
  plan: Plan,
  { embeddings, classWeights, learned }: OpInputs,
  save: tf.GradSaveFunc,
): OpOutputs => {
  const step = makeStep(plan, embeddings, classWeights, learned)
  prelude(plan, step)
  const reduced = forward(plan, step)
  const value = assemble(plan, step, reduced)
  const memory = { step, reduced }
  save(tensorsOf(memory))
  const shapes = plan.learned.map((name) => (learned[name] as tf.Tensor).shape)
  return {
    value,
    gradFunc: (dy, saved) => {
      const known = withTensors(memory, saved.values())
      const gradients = backward(plan, known.step, known.reduced, dy)
      return [
        gradients.embeddings,
        gradients.classWeights,
        ...plan.learned.map((name, index) =>
          tf.reshape(gradients.parameters[name] as tf.Tensor, shapes[index] as number[]),
        ),
      ]
    },
  }
}
