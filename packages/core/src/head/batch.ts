import type { LossState } from './state.js'

/** Numbers in either precision. */
export type FloatArray = Float32Array | Float64Array

/** One batch against all class weights. */
export interface HeadBatch {
  /** [N, D], row by row; raw: the loss normalises where it says so. */
  readonly embeddings: FloatArray
  /** [C, D], with sub-centers [C, K, D]; or [D, C·K] with `layout: 'columns'`. */
  readonly classWeights: FloatArray
  /** [N]: the class of each row, or -1 to leave the row out of loss, gradient and statistics. */
  readonly labels: ArrayLike<number>
  /** D. */
  readonly dimension: number
  /** K, sub-centers a class. Default 1. */
  readonly subCenters?: number
  /** How `classWeights` lies in memory. Default `rows`. */
  readonly layout?: 'rows' | 'columns'
}

/** Which gradients to compute; a given array is filled (and must have the right length) instead of a new one. */
export interface GradientRequest {
  /** [N, D]. */
  readonly embeddings?: boolean | FloatArray
  /** Laid out as the class weights; with `classSubset` only the subset's rows, in its order. */
  readonly classWeights?: boolean | FloatArray
  /** Names of loss parameters; learnable ones are included by default. */
  readonly parameters?: readonly string[]
}

/** What may be said about one step. */
export interface HeadOptions {
  /** `mean` over the rows that count (weighted: Σwl/Σw), `sum`, or `none`: per row, gradients of the sum. Default `mean`. */
  readonly reduction?: 'mean' | 'sum' | 'none'
  /** Default none. `true` asks for embeddings, class weights and learnable parameters. */
  readonly gradients?: boolean | GradientRequest
  /** Values of loss parameters: a number for a scalar, [C] for per-class, [N] for per-sample ones and drawn margins. */
  readonly parameters?: Readonly<Record<string, number | FloatArray>>
  /** [N], 0 or more; each row's share in the loss. */
  readonly sampleWeights?: ArrayLike<number>
  /** State of the loss before this step; its initial state when left out. */
  readonly state?: LossState
  /** Whether the state moves on and margins are drawn. Default true. */
  readonly training?: boolean
  /** Uniform numbers in [0, 1) for losses that draw margins, e.g. a seeded generator. */
  readonly random?: () => number
  /** Partial FC: the classes that take part, each once; every label must be among them. */
  readonly classSubset?: ArrayLike<number>
  /** Also return the [N, columns] logits. Default false. */
  readonly logits?: boolean
  /** Cosines are kept between the passes while they fit into this many bytes, else computed again. Default 32 MiB. */
  readonly cosineBudget?: number
}

/** What one step yields. */
export interface HeadResult {
  /** The reduced loss with its regulariser (with reduction `none`: the sum). */
  readonly loss: number
  /** [N] loss of each row, its own regulariser included, 0 where ignored; empty for classwise losses. */
  readonly losses: Float64Array
  /** The regularisers' part of `loss`, that of the rows and that of the classes. */
  readonly regularization: number
  /** Share of the rows that count whose best un-margined score is their label's: cosine, or x·ŵ|w| where |w| enters the loss. */
  readonly accuracy: number
  /** [N] angle to the own class in radians, NaN where ignored. */
  readonly targetAngles: Float64Array
  /** What was asked for. */
  readonly gradients: {
    readonly embeddings?: FloatArray
    readonly classWeights?: FloatArray
    /** By parameter: one number for a scalar, [C] per class, [N] per sample. */
    readonly parameters: Readonly<Record<string, number | Float64Array>>
  }
  /** State after this step (the given one in evaluation). */
  readonly state: LossState
  /** [N, columns] logits if asked for; rows that are ignored hold the un-margined ones. */
  readonly logits?: Float64Array
}
