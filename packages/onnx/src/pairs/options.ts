import type { PairOptions } from '@arcmargin/core/pairs'

/** What an exported pair loss is told. */
export interface PairExportOptions {
  /** D, the length of an embedding. */
  readonly dimension: number
  /** Anchors that are worked on at a time. Default: as many as make about a million values of `rows` columns, at least 1. */
  readonly blockSize?: number
  /** The number of samples that the default block reckons with; the graph takes any. Default 256. */
  readonly rows?: number
  /** Whether the anchors are compared with a second set, inputs `others` [M, D] and `others.labels` [M]. Default false. */
  readonly others?: boolean
  /** Whether it is an input, `others.self` [N], which row of the second set is the anchor itself, -1 for none. Default false. */
  readonly self?: boolean
  /** Whether pairs are chosen by inputs, `pairs.positives` [T, 2] and `pairs.negatives` [U, 2] of rows (anchor, other). Default false. */
  readonly pairs?: boolean
  /** Whether triplets are chosen by an input, `triplets` [T, 3] of rows (anchor, positive, negative). Default false. */
  readonly triplets?: boolean
  /** `own`: as the loss says. `mean`: over all terms. `meanNonZero`: over those above 0. `sum`. Default `own`. */
  readonly reduction?: PairOptions['reduction']
  /** Hyperparameters that become inputs, `parameters.<name>`, in the place of constants. Learnable and per-class ones always are. */
  readonly inputs?: readonly string[]
  /** Name of the graph. Default: the loss's name and what the graph computes. */
  readonly graphName?: string
}

/** Of {@link exportPairGradients}. */
export interface PairGradientsOptions extends PairExportOptions {
  /** Hyperparameters whose gradients to compute. Default: the learnable ones. */
  readonly parameterGradients?: readonly string[]
}
