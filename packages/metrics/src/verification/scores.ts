import { checkFinite, checkLength } from '../checks.js'
import { EmptyError, LabelError } from '../errors.js'

/**
 * The scores of a verification experiment, higher meaning more alike: all that `roc`, `tarAtFar`, `eer`, `auc` and the
 * others read. Plain data (it can be sent to a worker); made by `verificationScores`, `pairScores` or `ImpostorCounter`.
 */
export interface VerificationScores {
  /** Scores of pairs of one identity, ascending. */
  readonly genuine: Float64Array
  /** Scores of pairs of two identities, ascending. */
  readonly impostor: Float64Array
  /** How many impostor pairs each entry of `impostor` stands for; null: one each. */
  readonly impostorCounts: Float64Array | null
  /** How many impostor pairs there are. */
  readonly impostors: number
}

/** Takes ownership of two unsorted arrays. */
export const sortedScores = (genuine: Float64Array, impostor: Float64Array): VerificationScores => {
  // Typed arrays sort numerically, in place and natively.
  genuine.sort()
  impostor.sort()
  return { genuine, impostor, impostorCounts: null, impostors: impostor.length }
}

/** Refuses a set without genuine pairs or without impostor pairs: no rate exists. */
export const checkBothKinds = (genuine: number, impostors: number, argument: string): void => {
  if (genuine > 0 && impostors > 0) return
  const kind = genuine > 0 ? 'impostor' : 'genuine'
  throw new EmptyError(`gives no ${kind} pair`, { argument, value: 0, allowed: '1 pair or more' })
}

/**
 * Scores of given pairs.
 *
 * @param scores [P] similarity of each pair, higher meaning more alike (negate distances).
 * @param genuine [P] true or 1: both of one identity; false or 0: impostors.
 * @returns sorted copies, 8 bytes a pair.
 * @throws ShapeError, NonFiniteError (a score), LabelError (a flag), EmptyError (no genuine or no impostor pair).
 */
export const verificationScores = (
  scores: ArrayLike<number>,
  genuine: ArrayLike<boolean | number>,
): VerificationScores => {
  checkLength(genuine, scores.length, 'genuine')
  checkFinite(scores, 'scores')
  let count = 0
  for (let row = 0; row < genuine.length; row++) {
    const value = genuine[row]
    if (value !== true && value !== false && value !== 0 && value !== 1) {
      const allowed = 'true, false, 1, 0'
      throw new LabelError('is not a flag', { argument: 'genuine', row, value, allowed })
    }
    count += Number(value)
  }
  checkBothKinds(count, scores.length - count, 'genuine')
  const same = new Float64Array(count)
  const other = new Float64Array(scores.length - count)
  for (let row = 0, i = 0, j = 0; row < scores.length; row++) {
    if (genuine[row]) same[i++] = scores[row] as number
    else other[j++] = scores[row] as number
  }
  return sortedScores(same, other)
}
