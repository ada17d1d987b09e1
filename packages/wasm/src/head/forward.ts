import { assemble, finish, type Step } from '@arcmargin/core/backend'
import type { HeadResult, LossState } from '@arcmargin/core/head'
import { type LinearLogits, linearLogits } from '../step/linear.js'
import { applyGradient } from './curved.js'
import { fusedForward } from './fused.js'
import type { Update } from './optimizer.js'
import { refuseCurved, type StepOptions } from './options.js'
import type { Parts } from './set-up.js'
import { stoppable } from './stoppable.js'

/** A step that its forward pass can begin with. */
export interface ReadyStep {
  readonly step: Step
  /** State of the loss after the step. */
  readonly state: LossState
  readonly options: StepOptions
  /** What the optimiser does with the gradient; undefined: the gradient is returned. */
  readonly update: Update | undefined
}

/** What a forward pass has found, and the backward pass that waits for it. */
export interface Forward {
  readonly result: HeadResult
  backward(): Promise<HeadResult['gradients']>
}

/**
 * Stages 2 to 4, and 5 on call.
 *
 * @param check called before each block of a pass on this thread; may throw to stop it.
 */
export const runForward = async (
  parts: Parts,
  ready: ReadyStep,
  check: () => void,
): Promise<Forward> => {
  const linear = linearLogits(ready.step)
  return linear ? onKernels(parts, ready, linear, check) : entryByEntry(parts, ready)
}

/** Losses whose other logits are linear in the cosine, on all threads. */
const onKernels = async (
  parts: Parts,
  { step, state, options, update }: ReadyStep,
  linear: LinearLogits,
  check: () => void,
): Promise<Forward> => {
  const { kernel, places, context } = parts
  const word = new Int32Array(kernel.memory.buffer, places.stop, 1)
  const forward = await stoppable(word, options.signal, check, (pause) =>
    fusedForward(context, step, linear, options.classSubset, pause),
  )
  const { accuracy, reduced } = forward.reduction
  return {
    result: assemble(step, state, { accuracy }, reduced, { parameters: {} }),
    backward: async () => {
      const gradients = await forward.backward(update)
      return update ? gradients : { ...gradients, classWeights: gradientOf(parts, step) }
    },
  }
}

/** The losses that core evaluates entry by entry, on the calling thread, with the whole gradient. */
const entryByEntry = (parts: Parts, { step, state, options, update }: ReadyStep): Forward => {
  const { kernel, places } = parts
  if (places.weights === undefined) return refuseCurved(step.loss)
  const { length, subCenters, dimension } = step.centers
  const classWeights =
    places.gradient === undefined ? new Float32Array(length) : gradientOf(parts, step)
  const buffers = { ...step.buffers, classWeights }
  const { gradients, ...result } = finish({ ...step, buffers }, state, options)
  return {
    result: { ...result, gradients: { parameters: {} } },
    backward: async () => {
      if (!update) return gradients
      const size = subCenters * dimension
      applyGradient(kernel, places, update, classWeights, size, options.classSubset)
      const { classWeights: _, ...others } = gradients
      return others
    },
  }
}

/** Where the head has a gradient: that of the columns that took part. */
const gradientOf = ({ arrays, places }: Parts, { centers }: Step): Float32Array =>
  arrays.floats(places.gradient as number, centers.length)
