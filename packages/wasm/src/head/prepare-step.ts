import { type Loss, ParameterError } from '@arcmargin/core'
import { prepare, type Scratch, type Shard, type Step } from '@arcmargin/core/backend'
import type { LossState } from '@arcmargin/core/head'
import { doubleKernels } from '../kernel/doubles.js'
import { checkStepOptions, type MarginHeadBatch, type StepOptions } from './options.js'
import type { WeightSource } from './source.js'
import { streamedCenters } from './streamed-centers.js'

/** What a head is at the start of a step. */
interface Held {
  readonly loss: Loss
  readonly classes: number
  readonly dimension: number
  readonly subCenters: number
  /** Class weights, [C, K, D], or where they are streamed from. */
  readonly weights: Float32Array | WeightSource
  readonly shard: Shard | undefined
  readonly state: LossState | undefined
}

/**
 * Checks a batch and runs stage 1.
 *
 * @throws what core throws; ParameterError for a class subset with a source.
 */
export const prepareStep = async (
  held: Held,
  batch: MarginHeadBatch,
  options: StepOptions,
  scratch: Scratch,
): Promise<Step> => {
  checkStepOptions(options)
  const { parameterGradients, learningRate: _, signal: __, ...rest } = options
  const { loss, dimension, subCenters, weights, shard, state } = held
  const parameters = parameterGradients ? { parameters: parameterGradients } : {}
  const coreOptions = {
    ...rest,
    gradients: { embeddings: true, ...parameters },
    ...(state ? { state } : {}),
  }
  if (weights instanceof Float32Array) {
    const whole = { ...batch, classWeights: weights, dimension, subCenters }
    return prepare(loss, whole, coreOptions, doubleKernels, { shard, scratch })
  }
  if (rest.classSubset) {
    throw new ParameterError('does not go with a source', { argument: 'classSubset' })
  }
  const own = Array.from(batch.labels, (label) => label - (shard?.first ?? 0))
  const centers = await streamedCenters(weights, held, own)
  const whole = { ...batch, classWeights: new Float32Array(0), dimension, subCenters }
  return prepare(loss, whole, coreOptions, doubleKernels, { centers, shard, scratch })
}
