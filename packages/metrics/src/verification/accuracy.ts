import { checkOptions } from '../checks.js'
import type { VerificationScores } from './scores.js'
import { walk } from './walk.js'

/** The threshold with the most right decisions. */
export interface BestAccuracy {
  /** Fraction of right decisions: accepted genuine and rejected impostor pairs. */
  readonly accuracy: number
  /** The highest observed score that reaches it; +Infinity when it is best to accept nothing. */
  readonly threshold: number
  /** The next observed score below: every threshold in (lower, threshold] decides alike; -Infinity when there is none. */
  readonly lower: number
}

/** Options of `bestThresholdAccuracy`. */
export interface BestAccuracyOptions {
  /** Count genuine and impostor pairs with equal weight, (TAR + 1 - FAR) / 2; default false: every pair weighs the same. */
  readonly balanced?: boolean
}

/**
 * The best accuracy over all thresholds, found on the same pairs that it is measured on (so it flatters; see `lfwProtocol`).
 * With all pairs of a test set nearly every pair is an impostor, and accepting nothing is already nearly right:
 * pass `balanced` there, or use `tarAtFar`.
 */
export const bestThresholdAccuracy = (
  scores: VerificationScores,
  options: BestAccuracyOptions = {},
): BestAccuracy => {
  checkOptions(options, { balanced: true })
  const { balanced = false } = options
  const pairs = scores.genuine.length + scores.impostors
  const accuracyOf = (genuine: number, impostors: number): number =>
    balanced
      ? (genuine / scores.genuine.length + 1 - impostors / scores.impostors) / 2
      : (genuine + scores.impostors - impostors) / pairs
  let best: BestAccuracy = { accuracy: accuracyOf(0, 0), threshold: Infinity, lower: -Infinity }
  let lowerMissing = true
  walk(scores, (threshold, genuine, impostors) => {
    if (lowerMissing) best = { ...best, lower: threshold }
    const accuracy = accuracyOf(genuine, impostors)
    lowerMissing = accuracy > best.accuracy
    if (lowerMissing) best = { accuracy, threshold, lower: -Infinity }
    return true
  })
  return best
}
