import { checkInteger, checkLength, checkOptions, copyLabels } from '../checks.js'
import { EmptyError } from '../errors.js'
import { bestThresholdAccuracy } from './accuracy.js'
import { verificationScores } from './scores.js'

/** Options of `lfwProtocol`. */
export interface LfwOptions {
  /**
   * A number: that many runs of consecutive pairs (the first ones one longer if it does not divide), as LFW's pairs.txt is laid
   * out. An array: the fold of each pair, from 0. Default 10.
   */
  readonly folds?: number | ArrayLike<number>
}

/** One fold as the test set. */
export interface LfwFold {
  /** Chosen on the other folds. */
  readonly threshold: number
  /** Fraction of right decisions on this fold. */
  readonly accuracy: number
  /** Pairs in this fold. */
  readonly pairs: number
}

/** Accuracy by the LFW protocol. */
export interface LfwResult {
  /** û, the mean of the folds' accuracies. */
  readonly mean: number
  /** σ̂ over folds, with n - 1. */
  readonly standardDeviation: number
  /** S_E = σ̂ / √n, what LFW tables print after ±. */
  readonly standardError: number
  readonly folds: readonly LfwFold[]
}

/** The fold of each pair. */
const foldsOf = (folds: number | ArrayLike<number>, pairs: number): Int32Array => {
  if (typeof folds !== 'number') {
    checkLength(folds, pairs, 'folds')
    return copyLabels(folds, 'folds', 0, pairs - 1)
  }
  checkInteger(folds, 'folds', 2, pairs)
  const short = Math.floor(pairs / folds)
  const long = pairs % folds
  const boundary = long * (short + 1)
  return Int32Array.from({ length: pairs }, (_, pair) =>
    pair < boundary ? Math.floor(pair / (short + 1)) : long + Math.floor((pair - boundary) / short),
  )
}

/**
 * Labeled Faces in the Wild, view 2 (Huang et al., UMass technical report 07-49, section III.B): for each fold the threshold
 * with the best accuracy on all other folds decides the pairs of that fold. The threshold is put midway between the scores
 * that bound the best decision, so that a pair just beside the training pairs is not decided by rounding.
 *
 * @param scores [P] similarities, higher meaning more alike.
 * @param genuine [P] true or 1, false or 0.
 * @throws ShapeError, NonFiniteError, LabelError, ParameterError, EmptyError (a fold without pairs, or the rest of one
 * without genuine or impostor pairs).
 */
export const lfwProtocol = (
  scores: ArrayLike<number>,
  genuine: ArrayLike<boolean | number>,
  options: LfwOptions = {},
): LfwResult => {
  checkOptions(options, { folds: true })
  const { folds = 10 } = options
  // Only for its checks of the whole, so that errors name the caller's rows.
  verificationScores(scores, genuine)
  const foldOf = foldsOf(folds, scores.length)
  const count = foldOf.reduce((most, fold) => Math.max(most, fold), 0) + 1
  checkInteger(count, 'folds', 2)
  const pairs = Array.from({ length: scores.length }, (_, pair) => pair)
  const results = Array.from({ length: count }, (_, fold): LfwFold => {
    const test = pairs.filter((pair) => foldOf[pair] === fold)
    if (test.length === 0) throw new EmptyError('has no pairs', { argument: 'folds', value: fold })
    const rest = pairs.filter((pair) => foldOf[pair] !== fold)
    const training = verificationScores(
      rest.map((pair) => scores[pair] as number),
      rest.map((pair) => genuine[pair] as boolean | number),
    )
    const { threshold: upper, lower } = bestThresholdAccuracy(training)
    const threshold = Number.isFinite(lower) ? (lower + upper) / 2 : upper
    const right = test.filter(
      (pair) => (scores[pair] as number) >= threshold === Boolean(genuine[pair]),
    )
    return { threshold, accuracy: right.length / test.length, pairs: test.length }
  })
  const mean = results.reduce((sum, { accuracy }) => sum + accuracy, 0) / count
  const squares = results.reduce((sum, { accuracy }) => sum + (accuracy - mean) ** 2, 0)
  const standardDeviation = Math.sqrt(squares / (count - 1))
  return {
    mean,
    standardDeviation,
    standardError: standardDeviation / Math.sqrt(count),
    folds: results,
  }
}
