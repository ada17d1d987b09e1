import { checkOptions } from '../checks.js'
import type { VerificationScores } from './scores.js'
import { walk } from './walk.js'

/** A receiver operating characteristic; the three arrays have one length. */
export interface Roc {
  /** False accept rate at each threshold, ascending from 0 to 1. */
  readonly far: Float64Array
  /** True accept rate at each threshold, ascending from 0 to 1. */
  readonly tar: Float64Array
  /** Descending from +Infinity (accept nothing); a pair is accepted when its score is at least the threshold. */
  readonly thresholds: Float64Array
}

/** Options of `roc`. */
export interface RocOptions {
  /** Leave out points in the middle of equal steps, which lie on a straight line; default true. */
  readonly dropIntermediate?: boolean
}

/**
 * The ROC curve, point for point that of scikit-learn's `roc_curve` (1.3 and newer, where the first threshold is infinite),
 * `drop_intermediate` included.
 *
 * @param scores from `pairScores`, `verificationScores` or `ImpostorCounter` (which has fewer points on the same curve).
 */
export const roc = (scores: VerificationScores, options: RocOptions = {}): Roc => {
  checkOptions(options, { dropIntermediate: true })
  const { dropIntermediate = true } = options
  const far = [0]
  const tar = [0]
  const thresholds = [Infinity]
  // The last point and the step that led to it, in pairs.
  let [threshold, genuine, impostors] = [Infinity, 0, 0]
  let [genuineStep, impostorStep] = [NaN, NaN]
  let points = 0
  const push = (): void => {
    far.push(impostors / scores.impostors)
    tar.push(genuine / scores.genuine.length)
    thresholds.push(threshold)
  }
  walk(scores, (nextThreshold, nextGenuine, nextImpostors) => {
    const straight =
      nextGenuine - genuine === genuineStep && nextImpostors - impostors === impostorStep
    // As in scikit-learn, the first observed threshold always stays: its own step is not compared.
    if (points > 0 && !(dropIntermediate && points > 1 && straight)) push()
    genuineStep = nextGenuine - genuine
    impostorStep = nextImpostors - impostors
    threshold = nextThreshold
    genuine = nextGenuine
    impostors = nextImpostors
    points++
    return true
  })
  push()
  return {
    far: Float64Array.from(far),
    tar: Float64Array.from(tar),
    thresholds: Float64Array.from(thresholds),
  }
}
