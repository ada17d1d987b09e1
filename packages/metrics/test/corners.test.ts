import {
  auc,
  bestThresholdAccuracy,
  eer,
  ImpostorCounter,
  roc,
  tarAtFar,
  verificationScores,
} from '@arcmargin/metrics'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const level = fc.integer({ min: 0, max: 30 })
const experiment = fc.record({
  genuine: fc.array(level, { minLength: 1, maxLength: 8 }),
  impostor: fc.array(level, { minLength: 1, maxLength: 60 }),
  far: fc.double({ min: 0, max: 1, noNaN: true }),
})

describe('counted impostors', () => {
  it('answer as all scores do', () => {
    fc.assert(
      fc.property(experiment, ({ genuine, impostor, far }) => {
        const all = verificationScores(
          [...genuine, ...impostor],
          [...genuine.map(() => true), ...impostor.map(() => false)],
        )
        const counter = new ImpostorCounter(genuine)
        for (const score of impostor) counter.add(score)
        const counted = counter.scores()
        expect(auc(counted)).toBe(auc(all))
        expect(eer(counted).eer).toBeCloseTo(eer(all).eer, 12)
        for (const balanced of [true, false]) {
          expect(bestThresholdAccuracy(counted, { balanced })).toEqual(
            bestThresholdAccuracy(all, { balanced }),
          )
        }
        const [[point], [exact]] = [tarAtFar(counted, [far]), tarAtFar(all, [far])]
        expect(point?.tar).toBe(exact?.tar)
        expect(point?.actualFar).toBeLessThanOrEqual(exact?.actualFar ?? -1)
        expect(point?.threshold).toBeGreaterThanOrEqual(exact?.threshold ?? Infinity)

        // Its ROC has points of the full curve only, and every corner of it.
        const full = roc(all, { dropIntermediate: false })
        const at = (curve: typeof full, i: number) =>
          `${curve.far[i]} ${curve.tar[i]} ${curve.thresholds[i]}`
        const points = (curve: typeof full) => Array.from(curve.far, (_, i) => at(curve, i))
        const few = points(roc(counted, { dropIntermediate: false }))
        expect(points(full)).toEqual(expect.arrayContaining(few))
        const corners = points(full).filter((_, i) => {
          const step = (values: Float64Array, j: number) => (values[j + 1] ?? 0) - (values[j] ?? 0)
          const flat = (values: Float64Array) => step(values, i - 1) === 0 && step(values, i) === 0
          return i === 0 || i === full.far.length - 1 || !(flat(full.tar) || flat(full.far))
        })
        expect(few).toEqual(expect.arrayContaining(corners))
      }),
    )
  })
})
