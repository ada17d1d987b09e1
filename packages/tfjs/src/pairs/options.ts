import type { FloatArray } from '@arcmargin/core/head'
import type { MinedPairs, MinedTriplets, PairOptions } from '@arcmargin/core/pairs'
import type { Tensor } from '@tensorflow/tfjs-core'

/** Samples that are compared with the batch: the other tower, a memory, or class centers. */
export interface OtherTensors {
  /** [M, D] float32. It gets a gradient too, which nobody has to use: give a memory as a plain tensor. */
  readonly embeddings: Tensor
  /** [M], -1 ignored. Default: row j has label j. */
  readonly labels?: ArrayLike<number>
  /** [N]: which row of these is the anchor itself, -1 for none. Default: none. */
  readonly self?: ArrayLike<number>
}

/** What may be said about one step. */
export interface PairLossOptions {
  readonly others?: OtherTensors
  /** Rows that act as anchors; all by default. */
  readonly anchors?: ArrayLike<number>
  /** Only these pairs, e.g. from a miner. Not for losses over triplets. */
  readonly pairs?: MinedPairs
  /** Only these triplets. For losses over triplets alone. */
  readonly triplets?: MinedTriplets
  /** `own`: as the loss says. `mean`: over all terms. `meanNonZero`: over those above 0. `sum`. Default `own`. */
  readonly reduction?: PairOptions['reduction']
  /** Values of loss parameters: a number, or [C] for per-class ones. A tensor or variable in their place gets a gradient. */
  readonly parameters?: Readonly<Record<string, number | FloatArray | Tensor>>
  /** Anchors that are worked on at a time. Default: as many as make about a million values. */
  readonly blockSize?: number
}
