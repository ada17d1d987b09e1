import type { FloatArray } from '../head/batch.js'

/** Samples that are compared with the batch: the other tower, a memory, or class centers. */
export interface OtherSamples {
  /** [M, D]. */
  readonly embeddings: FloatArray
  /** [M], -1 ignored. Default: row j has label j, as for towers in step and for centers. */
  readonly labels?: ArrayLike<number>
  /** [N]: which row of these is the anchor itself, -1 for none. Such a pair is left out. Default: none. */
  readonly self?: ArrayLike<number>
}

/** Chosen pairs: pair i is row `anchors[i]` of the batch with row `others[i]`. */
export interface PairList {
  readonly anchors: ArrayLike<number>
  readonly others: ArrayLike<number>
}

/** Chosen pairs of both kinds; a pair that is named twice counts twice. */
export interface MinedPairs {
  readonly positives: PairList
  readonly negatives: PairList
}

/** Chosen triplets, by row. */
export interface MinedTriplets {
  readonly anchors: ArrayLike<number>
  readonly positives: ArrayLike<number>
  readonly negatives: ArrayLike<number>
}

/** One batch of samples, compared with each other or with `others`. */
export interface PairBatch {
  /** [N, D], raw: the loss normalises where it says so. */
  readonly embeddings: FloatArray
  /** [N], whole numbers; -1 leaves the row out. Default with `others`: row i has label i. */
  readonly labels?: ArrayLike<number>
  /** D. */
  readonly dimension: number
  /** V: embeddings are [N, V, D], several views of each sample under one label; without labels each sample is a class. Default 1. */
  readonly views?: number
  readonly others?: OtherSamples
  /** Rows that act as anchors; all by default. */
  readonly anchors?: ArrayLike<number>
  /** Only these pairs, e.g. from a miner. Not for losses over triplets. */
  readonly pairs?: MinedPairs
  /** Only these triplets. For losses over triplets alone. */
  readonly triplets?: MinedTriplets
}

/** Which gradients to compute. */
export interface PairGradientRequest {
  /** [N, D]. */
  readonly embeddings?: boolean
  /** [M, D]; leave it out for a memory. */
  readonly others?: boolean
  /** Names of loss parameters; learnable ones are included by default. */
  readonly parameters?: readonly string[]
}

/** What may be said about one step. */
export interface PairOptions {
  /** Default none. `true` asks for embeddings, others and learnable parameters. */
  readonly gradients?: boolean | PairGradientRequest
  /** Values of loss parameters: a number, or [C] for per-class ones. */
  readonly parameters?: Readonly<Record<string, number | FloatArray>>
  /** `own`: as the loss says. `mean`: over all terms. `meanNonZero`: over those above 0. `sum`. Default `own`. */
  readonly reduction?: 'own' | 'mean' | 'meanNonZero' | 'sum'
  /** Also list the terms, each with its rows. Default false: nothing of the size of the terms is kept. */
  readonly elements?: boolean
  /** Products are kept for the backward pass while they fit into this many bytes, else computed again. Default 32 MiB. */
  readonly budget?: number
}

/** One term before the mean. */
export interface PairElement {
  /** Row of the batch; none for a term of the whole batch. */
  readonly anchor?: number
  readonly positive?: number
  readonly negative?: number
  /** True in the second direction of a symmetric loss: the anchor is a row of `others`, the rest are rows of the batch. */
  readonly reversed?: boolean
  readonly loss: number
}

/** How much there was to compare; all 0 where a batch has nothing to say. */
export interface PairCounts {
  /** Rows that were anchors and not ignored. */
  readonly anchors: number
  readonly positivePairs: number
  readonly negativePairs: number
  /** Terms of the loss. */
  readonly terms: number
  /** Terms above 0. */
  readonly active: number
}

/** What one step yields. */
export interface PairResult {
  readonly loss: number
  readonly counts: PairCounts
  /** Empty unless asked for. */
  readonly elements: readonly PairElement[]
  readonly gradients: {
    /** As `embeddings`, in their precision. */
    readonly embeddings?: FloatArray
    readonly others?: FloatArray
    /** By name: a number, or [C]. */
    readonly parameters: Readonly<Record<string, number | Float64Array>>
  }
}
