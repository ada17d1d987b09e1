import { auc, bestThresholdAccuracy, eer, tarAtFar, verificationScores } from '@arcmargin/metrics'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arbitraryPairs, arbitraryScores, scoresOf } from './arbitrary.js'
import { distinct, rateAtLeast } from './reference.js'

describe('eer', () => {
  it('is where FAR and FRR meet', () => {
    expect(eer(verificationScores([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1]))).toEqual({
      eer: 0.5,
      threshold: 0.4,
    })
  })

  it('is 0 for separated and 1 for inverted scores', () => {
    expect(eer(verificationScores([4, 3, 2, 1], [1, 1, 0, 0]))).toEqual({ eer: 0, threshold: 3 })
    expect(eer(verificationScores([4, 3, 2, 1], [0, 0, 1, 1])).eer).toBe(1)
  })

  it('interpolates between thresholds', () => {
    // (FAR, FRR): (0, 1), (0, 1/2) at 3, (1, 0) at 2 where one of each ties: on that line both are 1/3.
    const { eer: rate, threshold } = eer(verificationScores([3, 2, 2], [1, 1, 0]))
    expect(rate).toBeCloseTo(1 / 3, 15)
    expect(threshold).toBe(3)
  })

  it('is 1/2 when all pairs tie, at the only score there is', () => {
    expect(eer(verificationScores([2, 2, 2], [1, 0, 0]))).toEqual({ eer: 0.5, threshold: 2 })
  })

  it('lies between the error rates of neighbouring thresholds', () => {
    fc.assert(
      fc.property(arbitraryScores, (scores) => {
        const { eer: rate, threshold } = eer(scores)
        const gapAt = (t: number) =>
          Math.abs(rateAtLeast(scores.impostor, t) - 1 + rateAtLeast(scores.genuine, t))
        const least = Math.min(...distinct(scores).map(gapAt))
        expect(gapAt(threshold)).toBeCloseTo(least, 12)
        const far = rateAtLeast(scores.impostor, threshold)
        const frr = 1 - rateAtLeast(scores.genuine, threshold)
        expect(rate).toBeGreaterThanOrEqual(Math.min(far, frr) - 1e-12)
        expect(rate).toBeLessThanOrEqual(Math.max(far, frr) + 1e-12)
      }),
    )
  })
})

describe('bestThresholdAccuracy', () => {
  it('names the highest threshold and the open interval below it', () => {
    expect(bestThresholdAccuracy(verificationScores([9, 7, 4, 3], [1, 1, 0, 0]))).toEqual({
      accuracy: 1,
      threshold: 7,
      lower: 4,
    })
  })

  it('accepts nothing when that is best', () => {
    const scores = verificationScores([5, 4, 3, 2], [0, 0, 0, 1])
    expect(bestThresholdAccuracy(scores)).toEqual({
      accuracy: 0.75,
      threshold: Infinity,
      lower: 5,
    })
  })

  it('accepts everything when that is best', () => {
    const scores = verificationScores([5, 4, 3, 2], [0, 1, 1, 1])
    expect(bestThresholdAccuracy(scores)).toEqual({
      accuracy: 0.75,
      threshold: 2,
      lower: -Infinity,
    })
  })

  it('can weigh both kinds alike', () => {
    const scores = verificationScores([9, 8, 7, 6, 5, 4], [0, 1, 0, 0, 0, 0])
    expect(bestThresholdAccuracy(scores).accuracy).toBeCloseTo(5 / 6, 15)
    expect(bestThresholdAccuracy(scores, { balanced: true })).toEqual({
      accuracy: 0.9,
      threshold: 8,
      lower: 7,
    })
  })

  it('finds what brute force finds', () => {
    fc.assert(
      fc.property(arbitraryScores, fc.boolean(), (scores, balanced) => {
        const [g, i] = balanced ? [1, 1] : [scores.genuine.length, scores.impostors]
        const accuracies = [Infinity, ...distinct(scores)].map(
          (t) =>
            (g * rateAtLeast(scores.genuine, t) + i * (1 - rateAtLeast(scores.impostor, t))) /
            (g + i),
        )
        const best = bestThresholdAccuracy(scores, { balanced })
        expect(best.accuracy).toBeCloseTo(Math.max(...accuracies), 12)
        const thresholds = [Infinity, ...distinct(scores), -Infinity]
        const at = thresholds.indexOf(best.threshold)
        expect(accuracies[at]).toBeCloseTo(best.accuracy, 12)
        expect(best.lower).toBe(thresholds[at + 1])
      }),
    )
  })
})

describe('all of them', () => {
  const figures = (pairs: readonly (readonly [number, boolean])[]) => {
    const scores = scoresOf(pairs)
    return {
      auc: auc(scores),
      eer: eer(scores).eer,
      accuracy: bestThresholdAccuracy(scores).accuracy,
      tar: tarAtFar(scores, [0.5, 0.1, 0.01]).map(({ tar, actualFar }) => [tar, actualFar]),
    }
  }

  it('do not change with a rising transformation of the scores', () => {
    fc.assert(
      fc.property(arbitraryPairs, (pairs) => {
        const transformed = pairs.map(([score, genuine]) => [Math.exp(score) - 9, genuine] as const)
        expect(figures(transformed)).toEqual(figures(pairs))
      }),
    )
  })

  it('do not change with the order of the pairs', () => {
    fc.assert(
      fc.property(
        arbitraryPairs.chain((pairs) =>
          fc.tuple(
            fc.constant(pairs),
            fc.shuffledSubarray(pairs, { minLength: pairs.length, maxLength: pairs.length }),
          ),
        ),
        ([pairs, shuffled]) => {
          expect(figures(shuffled)).toEqual(figures(pairs))
        },
      ),
    )
  })
})
