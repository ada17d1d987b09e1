import type { FloatArray } from '@arcmargin/core/head'
import type { Tensor, Variable } from '@tensorflow/tfjs-core'

/** State of a loss as scalar variables by name, which each training step moves on; see {@link createState}. */
export type StateVariables = Readonly<Record<string, Variable>>

/** What may be said about one step. */
export interface MarginLossOptions {
  /** `mean` over the rows that count (weighted: Σwl/Σw), `sum`, or `none`: [N], each row's weighted loss. Default `mean`. */
  readonly reduction?: 'mean' | 'sum' | 'none'
  /**
   * Values of loss parameters: a number for a scalar, [C] for per-class, [N] for per-sample ones and drawn margins. A tensor or
   * variable in their place gets a gradient; its values are not read back, so they are not checked.
   */
  readonly parameters?: Readonly<Record<string, number | FloatArray | Tensor>>
  /** [N], 0 or more; each row's share in the loss. */
  readonly sampleWeights?: ArrayLike<number> | Tensor
  /** State of the loss before this step; variables are moved on in training. Its initial state when left out. */
  readonly state?: Readonly<Record<string, number | Tensor>>
  /** Whether the state moves on and margins are drawn. Default true. */
  readonly training?: boolean
  /** Uniform numbers in [0, 1) for losses that draw margins, e.g. a seeded generator. */
  readonly random?: () => number
  /** Partial FC: the classes that take part, each once; every label must be among them. Labels must then be an array. */
  readonly classSubset?: ArrayLike<number>
  /** How many classes are taken at a time. Default: as many as make about a million values. */
  readonly blockSize?: number
  /** Cosines are kept for the backward pass while they fit into this many bytes, else computed again. Default 32 MiB. */
  readonly cosineBudget?: number
}
