import { inputsOf } from '@arcmargin/core'
import { isZero } from '@arcmargin/core/backend'
import * as tf from '@tensorflow/tfjs-core'
import { fusesFormulas } from '../expression/kernel.js'
import type { Plan } from '../head/plan.js'
import { numbersOf } from './rows.js'

/** The names under which a backend registers kernels that compute all stages of the forward and of the backward pass. */
export const forwardKernel = 'ArcmarginForward'
export const backwardKernel = 'ArcmarginBackward'

/** What both kernels are told. */
export interface StageAttributes {
  readonly plan: Plan
}

/**
 * Whether the backend that is set has such kernels, and they can do what is asked for: labels, sample weights and parameters that the
 * host knows, one center a class, and a loss whose other logits are functions of the cosine and its parameters alone.
 */
export const isStaged = (plan: Plan): boolean => {
  if (!fusesFormulas() || !tf.getKernel(forwardKernel, tf.getBackend())) return false
  const { derived, resolved, options } = plan
  const { target, other, sample, coupled } = derived
  const scalars = numbersOf(plan)
  const lanes = new Set([...inputsOf(other.value), ...inputsOf(other.slope)])
  const rows = [target, ...(sample ? [sample] : [])]
  return (
    !(plan.labels instanceof tf.Tensor) &&
    !(options.sampleWeights instanceof tf.Tensor) &&
    options.reduction !== 'none' &&
    plan.learned.length === 0 &&
    plan.subCenters === 1 &&
    !plan.subset &&
    resolved.reduction !== 'classwise' &&
    !resolved.classRegularizer &&
    !resolved.poolingTemperature &&
    [resolved.negatives, resolved.batch, resolved.state, resolved.draws, coupled].every(
      (parts) => Object.keys(parts).length === 0,
    ) &&
    other.by === 'cosine' &&
    [...lanes].every((name) => name === 'cosTheta' || Object.hasOwn(scalars, name)) &&
    rows.every(({ weightNorm }) => isZero(weightNorm))
  )
}
