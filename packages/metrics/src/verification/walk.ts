import type { VerificationScores } from './scores.js'

/**
 * Visits every distinct score as a threshold, from the highest down, with how many genuine and impostor pairs score at least
 * that much. Pairs of equal score are accepted together, which is what makes every metric here exact on ties. Stops when
 * `visit` returns false.
 */
export const walk = (
  { genuine, impostor, impostorCounts }: VerificationScores,
  visit: (threshold: number, acceptedGenuine: number, acceptedImpostors: number) => boolean,
): void => {
  let g = genuine.length - 1
  let i = impostor.length - 1
  let accepted = 0
  while (g >= 0 || i >= 0) {
    const threshold = Math.max(genuine[g] ?? -Infinity, impostor[i] ?? -Infinity)
    while (g >= 0 && genuine[g] === threshold) g--
    while (i >= 0 && impostor[i] === threshold) {
      accepted += impostorCounts === null ? 1 : (impostorCounts[i] as number)
      i--
    }
    if (!visit(threshold, genuine.length - 1 - g, accepted)) return
  }
}
