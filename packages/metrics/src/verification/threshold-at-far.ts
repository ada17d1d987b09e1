import { checkOptions, checkRates } from '../checks.js'
import { ParameterError } from '../errors.js'
import { clopperPearson } from './clopper-pearson.js'
import type { VerificationScores } from './scores.js'
import { operatingPoint, type TarAtFar } from './tar-at-far.js'

/** An operating point with the uncertainty of its false accept rate. */
export interface ThresholdAtFar extends TarAtFar {
  /** Lower end of the interval of the false accept rate at the threshold. */
  readonly low: number
  /** Upper end: what the false accept rate may really be. */
  readonly high: number
  /** Probability with which the interval covers it, or more. */
  readonly confidence: number
}

/** Options of `thresholdAtFar`. */
export interface ThresholdAtFarOptions {
  /** Between 0 and 1, both excluded; default 0.95. */
  readonly confidence?: number
}

/**
 * The threshold to ship for a wanted false accept rate, and the Clopper-Pearson interval of the rate it will really have.
 * Deterministic. The interval takes pairs as independent and the threshold as given; all pairs of a set share their
 * embeddings and the threshold was chosen on them, so take it as the least uncertainty there is.
 *
 * @param far target, 0 to 1.
 * @throws ParameterError.
 */
export const thresholdAtFar = (
  scores: VerificationScores,
  far: number,
  options: ThresholdAtFarOptions = {},
): ThresholdAtFar => {
  checkOptions(options, { confidence: true })
  const { confidence = 0.95 } = options
  checkRates([far], 'far')
  if (!(confidence > 0 && confidence < 1)) {
    const allowed = 'between 0 and 1, both excluded'
    throw new ParameterError('is not a probability', {
      argument: 'confidence',
      value: confidence,
      allowed,
    })
  }
  const point = operatingPoint(scores, far)
  return {
    ...point,
    ...clopperPearson(point.falseAccepts, point.impostors, confidence),
    confidence,
  }
}
