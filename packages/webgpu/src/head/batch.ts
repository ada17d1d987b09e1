import type { HeadOptions } from '@arcmargin/core/head'

/** One batch for a head on the GPU. */
export interface Batch {
  /** [N, D], raw: values, or a buffer on the head's device that holds them as float32 (usage STORAGE). */
  readonly embeddings: Float32Array | GPUBuffer
  /** [N]: the class of each row, or -1 to leave the row out. */
  readonly labels: ArrayLike<number>
}

/** What may be said about one pass; as in core. */
export type PassOptions = Pick<
  HeadOptions,
  'reduction' | 'parameters' | 'sampleWeights' | 'state' | 'training' | 'random' | 'classSubset'
>

/** Where gradients go. */
export interface GradientOptions {
  /** A buffer for d loss / d X, [N, D] float32 (usage STORAGE): nothing is read back then. `false`: not wanted. Default: read back. */
  readonly embeddingGradients?: GPUBuffer | false
  /**
   * A buffer for d loss / d W of `backward`, [C, K, D] float32 (usage STORAGE), with a subset of its classes: nothing is read back then. The
   * head's classes have to share a buffer too. Default: read back.
   */
  readonly classWeightGradients?: GPUBuffer
}

/** What a pass yields. */
export interface PassResult {
  /** The reduced loss with its regulariser (with reduction `none`: the sum). */
  readonly loss: number
  /** [N] loss of each row, its own regulariser included, 0 where ignored; empty for classwise losses. */
  readonly losses: Float64Array
  /** The regularisers' part of `loss`. */
  readonly regularization: number
  /** Share of the rows that count whose best un-margined score is their label's. */
  readonly accuracy: number
  /** [N] angle to the own class in radians, NaN where ignored. */
  readonly targetAngles: Float64Array
  /** State after this pass. */
  readonly state: Readonly<Record<string, number>>
}

/** What a pass with gradients yields besides. */
export interface GradientResult extends PassResult {
  /** What was asked for. */
  readonly gradients: {
    /** [N, D], unless it went to a buffer or was not wanted. */
    readonly embeddings?: Float32Array
    /** [C, K, D] (with a subset its classes, in its order): after `backward` only, unless it went to a buffer. */
    readonly classWeights?: Float32Array
    /** By parameter: one number for a scalar, [C] per class, [N] per sample. */
    readonly parameters: Readonly<Record<string, number | Float64Array>>
  }
}
