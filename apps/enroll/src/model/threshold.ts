import { type ThresholdAtFar, thresholdAtFar, verificationScores } from '@arcmargin/metrics'
import type { Trials } from './trials.js'

/** False accept rates that a visitor can choose from. */
export const targets = [0.1, 0.05, 0.01] as const

/**
 * The least cosine that counts as recognised so that at most a fraction `far` of the strangers is taken for something known.
 *
 * @returns undefined where there were no trials of both kinds.
 */
export const chooseThreshold = (
  { genuine, strangers, knownShare }: Trials,
  far: number,
): ThresholdAtFar | undefined => {
  if (genuine.length === 0 || strangers.length === 0) return undefined
  const scores = [...genuine, ...strangers]
  const isGenuine = scores.map((_, row) => row < genuine.length)
  // A stranger meets every thing that is known, and each is a chance to be taken for it: fewer in the trials than later.
  return thresholdAtFar(verificationScores(scores, isGenuine), far * knownShare)
}
