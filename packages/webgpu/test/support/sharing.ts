/** A linear layer below a head: embeddings are x·layer. */
export interface LinearProblem {
  readonly rows: number
  readonly features: number
  readonly dimension: number
  readonly classes: number
  /** [N, features]. */
  readonly x: number[]
  /** [features, D]. */
  readonly layer: number[]
  /** [C, D]. */
  readonly weights: number[]
  readonly labels: readonly number[]
  readonly learningRate: number
}

/** What one step yields. */
export interface Trained {
  readonly loss: number
  /** [features, D]. */
  readonly layerGradient: readonly number[]
  /** [C, D] after the step. */
  readonly weights: readonly number[]
  /** [N] the best class of each row after the step. */
  readonly best: readonly number[]
}
