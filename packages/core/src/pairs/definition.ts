import type { Parameter } from '../losses/parameter.js'

/**
 * What a term of the loss belongs to, and so what its formula sees.
 *
 * `pairs`: a pair; the score is the term, and positives and negatives are averaged apart.
 * `positives`: a positive pair; `positive` is its score, `negatives` is log Σ e^φ- over its anchor's negatives.
 * `anchors`: an anchor; `positives` and `negatives` are log Σ e^φ over its pairs (-∞ over none), `positiveSum`, `negativeSum` their sums.
 * `batch`: the same over all pairs of the batch: one term.
 * `triplets`: anchor, positive and negative; `positive`, `negative`, and `swapped`, the score of the positive with the negative.
 */
export type TermScope = 'pairs' | 'positives' | 'anchors' | 'batch' | 'triplets'

/** Which pairs are looked at: all; each once, whichever is the anchor; or the first two samples of each class, N-pair's choice. */
export type Pairing = 'all' | 'unordered' | 'firstOfClass'

/**
 * A pair loss as data: formulas as text, parameters with their ranges. Every ordered pair of samples has a score, φ+ where the
 * labels are equal and φ- where they differ; scores become terms, and terms are averaged.
 *
 * Inputs of the scores: the parameters and, of the pair, either `theta` (radians), `cosTheta`, `sinTheta` and `chord`
 * |x̂_i - x̂_j| = 2·sin(θ/2), which see unit vectors, or `distance` |x_i - x_j| and `dot` <x_i, x_j>, which see raw ones.
 * Inputs of the terms: the parameters, those of {@link TermScope}, and the counts `positiveCount` and `negativeCount` of the
 * term's anchor (for `batch`: of all pairs).
 */
export interface PairLossDefinition {
  readonly name: string
  /** Authors, venue, identifier, equation. */
  readonly citation: string
  readonly parameters: Readonly<Record<string, Parameter>>
  /** Abbreviations that the user chooses among, by option: the first is the default. */
  readonly choices?: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** Abbreviations, put in wherever their names stand; they may use what stands before them, choices included. */
  readonly where?: Readonly<Record<string, string>>
  /** φ+, the score of a pair with equal labels. */
  readonly positive: string
  /** φ-, the score of a pair with different labels; without it these pairs are not looked at. */
  readonly negative?: string
  readonly over: TermScope
  /** The term; left out for `pairs`, whose scores are the terms. */
  readonly term?: string
  /** For `triplets`: above 0 where one counts. Also sees the anchor's `hardestPositive` (largest φ+) and `hardestNegative` (smallest φ-). */
  readonly keep?: string
  /** What a term adds to the divisor of the mean; sees its `loss` and all that `term` sees, has no gradient. Default 1. */
  readonly count?: string
  /** Default `all`. */
  readonly pairing?: Pairing
  /** Between two sets of samples: also with the roles exchanged; the loss is the mean of both. */
  readonly symmetric?: boolean
  /** The loss is 0 for a batch without any positive or without any negative pair, whatever the formula says. */
  readonly needsBoth?: boolean
}

/** A pair loss with its hyperparameters: plain data. `perClass` parameters are given at each step, and belong to the anchor's class. */
export interface PairLoss {
  readonly definition: PairLossDefinition
  readonly parameters: Readonly<Record<string, number | 'perClass'>>
  /** The chosen name for each of the definition's choices. */
  readonly choices: Readonly<Record<string, string>>
}
