import type { VerificationScores } from './scores.js'
import { walk } from './walk.js'

/** Where both kinds of error are equally frequent. */
export interface EqualErrorRate {
  /** FAR = FRR = 1 - TAR on the interpolated curve. */
  readonly eer: number
  /** The observed score at which FAR and FRR are closest; of two equally close ones the lower. */
  readonly threshold: number
}

/**
 * Equal error rate: where the ROC, its points joined by straight lines, crosses FAR = 1 - TAR. The interpolation is that of the
 * ROC convex-combination (a random mix of two thresholds), so the value does not depend on the scale of the scores.
 */
export const eer = (scores: VerificationScores): EqualErrorRate => {
  let rate = 0
  let threshold = Infinity
  let previous = { threshold: Infinity, far: 0, gap: -1 }
  walk(scores, (next, genuine, impostors) => {
    const far = impostors / scores.impostors
    // FAR - FRR climbs from -1 (accept nothing) to 1 (accept all) and strictly with each distinct score.
    const gap = far - (1 - genuine / scores.genuine.length)
    if (gap < 0) {
      previous = { threshold: next, far, gap }
      return true
    }
    const share = previous.gap / (previous.gap - gap)
    rate = previous.far + share * (far - previous.far)
    threshold = -previous.gap < gap ? previous.threshold : next
    return false
  })
  return { eer: rate, threshold }
}
