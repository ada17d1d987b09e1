import { ParameterError, ShapeError } from '@arcmargin/core'
import { readLabels } from '@arcmargin/core/backend'
import * as tf from '@tensorflow/tfjs-core'
import type { BatchedDataset, FitData, FitLabels } from './options.js'

/** A batch whose inputs are the receiver's to dispose. */
export interface FitBatch {
  readonly inputs: tf.Tensor
  readonly labels: Int32Array
}

/** Batches, epoch after epoch. */
export interface BatchSource {
  /** Batches of an epoch, where that is known. */
  readonly size: number | undefined
  /** The batches of the next epoch. */
  epoch(): AsyncGenerator<FitBatch, void, undefined>
}

/** How samples are put into batches. */
export interface Batching {
  readonly batchSize: number
  /** The order of n samples in the next epoch. */
  readonly order?: (count: number) => ArrayLike<number>
}

/** All samples at once. */
export type Samples = Exclude<FitData, BatchedDataset>

export const isDataset = (data: FitData): data is BatchedDataset =>
  'iterator' in data && typeof data.iterator === 'function'

/** [N] classes; one-hot rows are turned into them. */
const readValues = async (labels: FitLabels, rows: number): Promise<ArrayLike<number>> => {
  if (!(labels instanceof tf.Tensor)) return labels
  const isOneHot = labels.rank === 2 && (labels.shape[1] as number) > 1
  if (labels.shape[0] !== rows || labels.rank > 2) {
    throw new ShapeError(`has the shape [${labels.shape}]`, {
      argument: 'ys',
      allowed: `[${rows}] classes, or [${rows}, C] one-hot rows`,
    })
  }
  const classes = isOneHot ? tf.argMax(labels, -1) : labels
  const values = await classes.data()
  if (isOneHot) classes.dispose()
  return values
}

/** Labels as the host has them, each a class of the head or -1. */
export const readFitLabels = async (
  labels: FitLabels,
  rows: number,
  classes: number,
): Promise<Int32Array> => readLabels(await readValues(labels, rows), rows, { classes }, undefined)

/** Batches of samples that lie in tensors. */
export const batchesOfSamples = (
  xs: tf.Tensor,
  labels: Int32Array,
  { batchSize, order }: Batching,
): BatchSource => ({
  size: Math.ceil(labels.length / batchSize),
  epoch: async function* () {
    const places = order?.(labels.length)
    for (let start = 0; start < labels.length; start += batchSize) {
      const count = Math.min(batchSize, labels.length - start)
      const rows = Int32Array.from({ length: count }, (_, i) => places?.[start + i] ?? start + i)
      const inputs = tf.tidy(() =>
        places ? tf.gather(xs, tf.tensor1d(rows, 'int32')) : tf.slice(xs, start, count),
      )
      yield { inputs, labels: rows.map((row) => labels[row] as number) }
    }
  },
})

/** One batch of a data set. */
const readBatch = async (value: unknown, classes: number): Promise<FitBatch> => {
  const { xs, ys } = (value ?? {}) as { xs?: unknown; ys?: unknown }
  if (!(xs instanceof tf.Tensor) || !(ys instanceof tf.Tensor)) {
    tf.dispose(value as tf.TensorContainer)
    const allowed = 'batches { xs, ys } of one tensor each, e.g. tf.data.zip({ xs, ys }).batch(32)'
    throw new ParameterError('yields something else', { argument: 'data', allowed })
  }
  try {
    return { inputs: xs, labels: await readFitLabels(ys, xs.shape[0] as number, classes) }
  } catch (error) {
    xs.dispose()
    throw error
  } finally {
    ys.dispose()
  }
}

/** Batches of a data set. With `batchesPerEpoch` an epoch goes on where the one before it ended. */
export const batchesOfDataset = (
  dataset: BatchedDataset,
  classes: number,
  batchesPerEpoch?: number,
): BatchSource => {
  let iterator: Awaited<ReturnType<BatchedDataset['iterator']>> | undefined
  const known = (dataset as { size?: number }).size
  return {
    size: batchesPerEpoch ?? (Number.isFinite(known) ? known : undefined),
    epoch: async function* () {
      if (!iterator || batchesPerEpoch === undefined) iterator = await dataset.iterator()
      for (let batch = 0; batch !== batchesPerEpoch; batch++) {
        const { value, done } = await iterator.next()
        if (done) return
        yield await readBatch(value, classes)
      }
    },
  }
}
