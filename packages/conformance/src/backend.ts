import type { Loss } from '@arcmargin/core'
import type { HeadBatch, HeadOptions } from '@arcmargin/core/head'
import type { PairBatch, PairElement, PairLoss } from '@arcmargin/core/pairs'

/** What a backend is asked to compute: one step of one loss. Arrays are float64; a backend casts them to its own precision. */
export interface Request {
  readonly loss: Loss
  readonly batch: HeadBatch
  readonly options: Pick<HeadOptions, 'parameters' | 'state' | 'classSubset'>
  /** Names of the parameters whose gradients are compared. */
  readonly parameterGradients: readonly string[]
}

/** What it answers, all in plain numbers. */
export interface Answer {
  readonly loss: number
  /** [N], or empty where the loss is one value for the batch. */
  readonly losses: ArrayLike<number>
  /** [N, columns]; left out where the backend never has them. */
  readonly logits?: ArrayLike<number>
  readonly embeddings: ArrayLike<number>
  readonly classWeights: ArrayLike<number>
  readonly parameters: Readonly<Record<string, number | ArrayLike<number>>>
  readonly state: Readonly<Record<string, number>>
}

/** The same of a pair loss. */
export interface PairRequest {
  readonly loss: PairLoss
  readonly batch: PairBatch
  /** Names of the parameters whose gradients are compared. */
  readonly parameterGradients: readonly string[]
}

/** What it answers; terms before the mean where the backend can list them. */
export interface PairAnswer {
  readonly loss: number
  readonly elements?: readonly PairElement[]
  readonly embeddings: ArrayLike<number>
  readonly others: ArrayLike<number>
  readonly parameters: Readonly<Record<string, number | ArrayLike<number>>>
}

/** Largest relative errors that pass. */
export interface Tolerance {
  readonly logits: number
  readonly loss: number
  /** Of the losses of single rows, absolute below 1; as `loss` where it is left out. */
  readonly rows?: number
  readonly gradients: number
}

/**
 * What float32 arithmetic reaches. A row's loss is a difference of logits and has their digits: at s = 80 a unit in the last place of a
 * cosine near 1 is 5e-6 of it.
 */
export const float32: Tolerance = { logits: 1e-5, loss: 3e-6, rows: 1e-5, gradients: 1e-5 }

/** A backend under test. One file in `backends/` each. */
export interface Backend {
  readonly name: string
  readonly tolerance: Tolerance
  /** Losses that it does not run, with the reason. */
  readonly skips?: Readonly<Record<string, string>>
  run(request: Request): Answer | Promise<Answer>
  /** Left out where the backend has no pair engine; `skipsPairs` then says why. */
  runPairs?(request: PairRequest): PairAnswer | Promise<PairAnswer>
  readonly skipsPairs?: string
  /** Releases what the backend holds. */
  close?(): void | Promise<void>
}
