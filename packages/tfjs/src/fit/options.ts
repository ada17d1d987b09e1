import type * as tf from '@tensorflow/tfjs-core'
import type { Backbone } from './backbone.js'
import type { Callback } from './callbacks.js'

/** Labels of a data set: [N] classes (-1: ignored) as an array or a tensor, or [N, C] one-hot rows. */
export type FitLabels = ArrayLike<number> | tf.Tensor

/** A `tf.data` data set of batches `{ xs, ys }`, seen through the one method that training needs. */
export interface BatchedDataset {
  iterator(): Promise<{ next(): Promise<{ value: unknown; done?: boolean }> }>
}

/** What to train or validate on: batches of a `tf.data` data set, or all samples at once. */
export type FitData = BatchedDataset | { readonly xs: tf.Tensor; readonly ys: FitLabels }

/** What may be said about training; names and defaults are those of `model.fit` and `model.fitDataset`. */
export interface FitOptions {
  /** Epoch to end with. Default 1. */
  readonly epochs?: number
  /** Epoch to begin with. Default 0. */
  readonly initialEpoch?: number
  /** Samples of a batch, where the data are tensors. Default 32. */
  readonly batchSize?: number
  /** Whether tensors are shuffled before each epoch. Default true. */
  readonly shuffle?: boolean
  /** Batches of an epoch, where the data are a data set; it then goes on with the next epoch. Default: all of it. */
  readonly batchesPerEpoch?: number
  /** Handlers such as `{ onEpochEnd(epoch, logs) }`, or callbacks of TensorFlow.js, e.g. `tf.callbacks.earlyStopping()`. */
  readonly callbacks?: Callback | readonly Callback[]
  /** What `val_loss` is measured on after each epoch. */
  readonly validationData?: FitData
  /** Share of the samples, the last ones, that is kept for validation instead, where the data are tensors. */
  readonly validationSplit?: number
  /** Samples of a batch in validation. Default: `batchSize`. */
  readonly validationBatchSize?: number
  /** Default: the one that the model is compiled with, else Adam as TensorFlow.js sets it up. */
  readonly optimizer?: tf.Optimizer
  /** `accuracy`: the share of the samples whose best class by cosine, without margin, is their own; `acc` in the logs. */
  readonly metrics?: readonly 'accuracy'[]
  /** How often the page gets time between batches: ms, or as in `model.fit`. Default `auto`: every 125 ms. */
  readonly yieldEvery?: number | 'auto' | 'batch' | 'epoch' | 'never'
  /** Uniform numbers in [0, 1), e.g. a seeded generator, for shuffling and for losses that draw margins. Default `Math.random`. */
  readonly random?: () => number
  /** Whether the head's weights are kept on the host after each epoch, for `head.recover()`. Default: on GPU backends. */
  readonly sync?: boolean
  /** Stops training between two batches; its reason is thrown. */
  readonly signal?: AbortSignal
}

/** What training returns, as `model.fit` does. */
export interface FitHistory {
  /** Number of each epoch. */
  readonly epoch: number[]
  /** A value for each epoch: `loss`, and where asked for `acc`, `val_loss`, `val_acc`. */
  readonly history: Record<string, number[]>
}

/** Options with the defaults put in. */
export interface Settings extends FitOptions {
  readonly epochs: number
  readonly initialEpoch: number
  readonly batchSize: number
  readonly random: () => number
  readonly optimizer: tf.Optimizer
  readonly backbone: Backbone
  readonly accuracy: boolean
}
