import type { VerificationScores } from './scores.js'
import { walk } from './walk.js'

/**
 * Area under the ROC curve: the probability that a genuine pair scores above an impostor pair, ties counting half
 * (the Mann-Whitney statistic). Counted in whole pairs, so exact while genuine × impostors < 2^52.
 */
export const auc = (scores: VerificationScores): number => {
  let twice = 0
  let genuine = 0
  let impostors = 0
  walk(scores, (_threshold, nextGenuine, nextImpostors) => {
    twice += (nextImpostors - impostors) * (genuine + nextGenuine)
    genuine = nextGenuine
    impostors = nextImpostors
    return true
  })
  return twice / (2 * scores.genuine.length * scores.impostors)
}
