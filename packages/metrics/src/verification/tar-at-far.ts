import { checkRates } from '../checks.js'
import type { VerificationScores } from './scores.js'
import { walk } from './walk.js'

/** One operating point. */
export interface TarAtFar {
  /** The target. */
  readonly far: number
  /** Fraction of genuine pairs that are accepted there. */
  readonly tar: number
  /** Accept a pair when its score is at least this; +Infinity when even the highest score would accept too many. */
  readonly threshold: number
  /** The false accept rate at the threshold: at most the target. */
  readonly actualFar: number
  /** Genuine pairs accepted at the threshold. */
  readonly accepted: number
  /** Impostor pairs accepted at the threshold. */
  readonly falseAccepts: number
  /** Impostor pairs in all. */
  readonly impostors: number
  /** Whether one false accept would be within the target. When false, `tar` says only how many genuine pairs beat every impostor. */
  readonly resolved: boolean
}

/** The lowest observed score whose false accept rate is within `far`; expects a checked `far`. */
export const operatingPoint = (scores: VerificationScores, far: number): TarAtFar => {
  const { impostors } = scores
  let threshold = Infinity
  let accepted = 0
  let falseAccepts = 0
  walk(scores, (next, genuine, acceptedImpostors) => {
    // A quotient, not far * impostors: 3/1000 is the double that 0.003 is, while 0.003 * 1000 need not be 3.
    if (acceptedImpostors / impostors > far) return false
    threshold = next
    accepted = genuine
    falseAccepts = acceptedImpostors
    return true
  })
  return {
    far,
    tar: accepted / scores.genuine.length,
    threshold,
    accepted,
    actualFar: falseAccepts / impostors,
    falseAccepts,
    impostors,
    resolved: 1 / impostors <= far,
  }
}

/**
 * True accept rate at given false accept rates, exact on ties: the threshold is the lowest observed score whose FAR is
 * within the target, and pairs that tie with it are accepted together.
 *
 * @param fars targets from 0 to 1; default 1e-1, 1e-2, ... 1e-6.
 * @throws ShapeError (no target), ParameterError (a target that is not a rate).
 */
export const tarAtFar = (
  scores: VerificationScores,
  fars: ArrayLike<number> = [1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6],
): TarAtFar[] => {
  checkRates(fars, 'fars')
  return Array.from(fars, (far) => operatingPoint(scores, far))
}
