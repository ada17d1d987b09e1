import { ParameterError } from '@arcmargin/core'
import { positiveInteger } from '@arcmargin/core/backend'
import * as tf from '@tensorflow/tfjs-core'
import {
  type BatchSource,
  batchesOfDataset,
  batchesOfSamples,
  isDataset,
  readFitLabels,
  type Samples,
} from './batches.js'
import type { FitData, FitOptions } from './options.js'

/** Where batches come from, for training and for validation. */
export interface Sources {
  readonly training: BatchSource
  readonly validation: BatchSource | undefined
  /** Releases what was cut off for validation. */
  dispose(): void
}

/** The labels of samples that lie in a tensor. */
const labelsOf = async (
  { xs, ys }: Samples,
  classes: number,
  argument: string,
): Promise<Int32Array> => {
  if (!(xs instanceof tf.Tensor) || ys === undefined) {
    const allowed = '{ xs, ys } of tensors, or a tf.data data set of such batches'
    throw new ParameterError('is no data', { argument, allowed })
  }
  return readFitLabels(ys, xs.shape[0] as number, classes)
}

/** Fisher and Yates: every order of n samples is as likely. */
const shuffled = (count: number, random: () => number): Int32Array => {
  const order = Int32Array.from({ length: count }, (_, i) => i)
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    const last = order[i] as number
    order[i] = order[j] as number
    order[j] = last
  }
  return order
}

const refuse = (argument: string, value: unknown, allowed: string): never => {
  throw new ParameterError('does not go with these data', { argument, value, allowed })
}

/** How many of the samples are kept for validation. */
const splitOf = (rows: number, share: number): number => {
  if (!(share > 0 && share < 1)) {
    const allowed = 'above 0, below 1'
    throw new ParameterError('is out of range', {
      argument: 'validationSplit',
      value: share,
      allowed,
    })
  }
  return Math.max(1, Math.floor(rows * share))
}

/**
 * Reads the labels and puts the samples into batches.
 *
 * @throws ParameterError, ShapeError for data that are no data, and options that do not go with them.
 */
export const openData = async (
  data: FitData,
  classes: number,
  options: FitOptions & { readonly random: () => number },
): Promise<Sources> => {
  const { validationData, validationSplit, batchesPerEpoch, shuffle = true, random } = options
  const batchSize = positiveInteger('batchSize', options.batchSize ?? 32)
  const size = positiveInteger('validationBatchSize', options.validationBatchSize ?? batchSize)
  if (batchesPerEpoch !== undefined) positiveInteger('batchesPerEpoch', batchesPerEpoch)
  if (validationData && validationSplit) {
    refuse('validationSplit', validationSplit, 'one of validationData and validationSplit')
  }
  const given =
    validationData &&
    (isDataset(validationData)
      ? batchesOfDataset(validationData, classes)
      : batchesOfSamples(
          validationData.xs,
          await labelsOf(validationData, classes, 'validationData'),
          { batchSize: size },
        ))
  if (isDataset(data)) {
    if (validationSplit) refuse('validationSplit', validationSplit, 'validationData')
    const training = batchesOfDataset(data, classes, batchesPerEpoch)
    return { training, validation: given, dispose: () => undefined }
  }
  if (batchesPerEpoch) refuse('batchesPerEpoch', batchesPerEpoch, 'only with a data set')
  const labels = await labelsOf(data, classes, 'data')
  const order = shuffle ? (count: number) => shuffled(count, random) : undefined
  const batching = { batchSize, ...(order ? { order } : {}) }
  if (!validationSplit) {
    const training = batchesOfSamples(data.xs, labels, batching)
    return { training, validation: given, dispose: () => undefined }
  }
  const kept = labels.length - splitOf(labels.length, validationSplit)
  const [first, rest] = [tf.slice(data.xs, 0, kept), tf.slice(data.xs, kept)]
  return {
    training: batchesOfSamples(first, labels.subarray(0, kept), batching),
    validation: batchesOfSamples(rest, labels.subarray(kept), { batchSize: size }),
    dispose: () => tf.dispose([first, rest]),
  }
}
