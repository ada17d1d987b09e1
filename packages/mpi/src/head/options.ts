import type { Loss } from '@arcmargin/core'
import type { FloatArray, HeadOptions, HeadResult, LossState } from '@arcmargin/core/head'
import type { MarginHeadOptions, Optimizer } from '@arcmargin/wasm'
import type { Collective } from '../collective/collective.js'

/** What a sharded head is made of; the same on every process, but for `weights` and `signal`. */
export interface ShardedHeadOptions {
  /** The processes; `single()` for one. */
  readonly collective: Collective
  /** Any loss that is reduced row by row. */
  readonly loss: Loss
  /** C, over all processes; at least one for each. */
  readonly classes: number
  /** D. */
  readonly dimension: number
  /** K, sub-centers a class. Default 1. */
  readonly subCenters?: number
  /**
   * Class weights to start from: fills `target` (whole vectors of D values) from vector `first` on, where vector = class·K +
   * sub-center over all classes. Called for this process's slice only, so that no process ever holds all.
   */
  readonly weights?: (first: number, target: Float32Array) => void
  /** Where this process's slice lives instead of its memory, counted from the slice's first vector. */
  readonly source?: NonNullable<MarginHeadOptions['source']>
  /** Applied while the gradient by the class weights is at hand; left out, each process is given its slice's gradient. */
  readonly optimizer?: Optimizer
  /** Threads of each process. Default 1. */
  readonly threads?: number
  /** State of the loss to start from; its initial state when left out. */
  readonly state?: LossState
  /** Stops the set-up. */
  readonly signal?: AbortSignal
}

/** This process's rows; the step is over the rows of all. */
export interface ShardedBatch {
  /** [N, D] of this process; every process may bring another number of rows, also none. */
  readonly embeddings: FloatArray
  /** [N] classes out of all C; -1: ignored. */
  readonly labels: ArrayLike<number>
}

/** What may be said about one step; lengths are those of this process's rows. */
export interface ShardedStepOptions
  extends Pick<HeadOptions, 'reduction' | 'parameters' | 'sampleWeights' | 'training'> {
  /**
   * Partial FC: share of its slice that each process keeps in this step, above 0 and at most 1; the classes of the batch among
   * them. An et al., CVPR 2022, arXiv:2203.15565.
   */
  readonly sampleRate?: number
  /** Uniform numbers in [0, 1): draws margins (those of rank 0 count) and, on each process by itself, classes. */
  readonly random?: () => number
  /** In place of the optimiser's. */
  readonly learningRate?: number
  /** Loss parameters whose gradients are wanted; learnable ones by default. */
  readonly parameterGradients?: readonly string[]
  /** Looked at before the step begins: it happens on all processes or on none. */
  readonly signal?: AbortSignal
}

/** One step as this process sees it. */
export interface ShardedResult {
  /** Reduced over the rows of all processes; the same everywhere. */
  readonly loss: number
  /** Share of all rows whose best class of all is their own; the same everywhere. */
  readonly accuracy: number
  /** [N] loss of each row of this process. */
  readonly losses: Float64Array
  /** [N] target angles of this process's rows in radians; NaN where ignored. */
  readonly targetAngles: Float64Array
  /** What the loss remembers. */
  readonly state: LossState
  readonly gradients: HeadResult['gradients'] & {
    /** Classes of the slice that `classWeights` holds the gradient of, counted from the slice's first; undefined: all. */
    readonly classSubset?: Int32Array
  }
  /** Seconds of this process in computing and in exchanging (waiting for slower processes included). */
  readonly seconds: { readonly computing: number; readonly exchanging: number }
}
