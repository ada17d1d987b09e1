import {
  ParameterError,
  ShapeError,
  tarAtFar,
  thresholdAtFar,
  verificationScores,
} from '@arcmargin/metrics'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clopperPearson } from '../src/verification/clopper-pearson.js'
import { arbitraryScores } from './arbitrary.js'
import fixture from './fixtures/scipy-clopper-pearson.json' with { type: 'json' }
import { distinct, rateAtLeast } from './reference.js'

// Impostors 1 ... 1000, genuine pairs at the half of some of them.
const thousand = verificationScores(
  [...Array.from({ length: 1000 }, (_, i) => i + 1), 500.5, 990.5, 997.5, 2000],
  Array.from({ length: 1004 }, (_, i) => i >= 1000),
)

describe('tarAtFar', () => {
  it('takes the lowest score whose rate is within the target', () => {
    expect(tarAtFar(thousand, [0.003])).toEqual([
      {
        far: 0.003,
        tar: 0.5,
        threshold: 997.5,
        accepted: 2,
        actualFar: 0.003,
        falseAccepts: 3,
        impostors: 1000,
        resolved: true,
      },
    ])
  })

  it('asks for 1e-1 ... 1e-6 by default and says which it cannot resolve', () => {
    const points = tarAtFar(thousand)
    expect(points.map(({ far }) => far)).toEqual([1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6])
    expect(points.map(({ resolved }) => resolved)).toEqual([true, true, true, false, false, false])
    expect(points.map(({ tar }) => tar)).toEqual([0.75, 0.75, 0.25, 0.25, 0.25, 0.25])
    expect(points.map(({ actualFar }) => actualFar)).toEqual([0.1, 0.01, 0.001, 0, 0, 0])
    expect(points.map(({ threshold }) => threshold)).toEqual([901, 990.5, 1000, 2000, 2000, 2000])
  })

  it('accepts all that tie or none of them', () => {
    const scores = verificationScores([5, 5, 5, 1, 5, 1], [1, 1, 0, 0, 0, 0])
    expect(tarAtFar(scores, [0.25, 0.5]).map(({ tar }) => tar)).toEqual([0, 1])
  })

  it('answers +Infinity when the highest score is too much', () => {
    const [point] = tarAtFar(verificationScores([1, 2], [1, 0]), [0.9])
    expect(point).toMatchObject({ threshold: Infinity, tar: 0, actualFar: 0, resolved: false })
  })

  it('accepts everything at 1 and no impostor at 0', () => {
    const [none, all] = tarAtFar(verificationScores([3, 1, 2], [1, 1, 0]), [0, 1])
    expect(none).toMatchObject({ threshold: 3, tar: 0.5, falseAccepts: 0, resolved: false })
    expect(all).toMatchObject({ threshold: 1, tar: 1, falseAccepts: 1, resolved: true })
  })

  it('finds what brute force finds', () => {
    fc.assert(
      fc.property(arbitraryScores, fc.double({ min: 0, max: 1, noNaN: true }), (scores, far) => {
        const within = distinct(scores).filter((t) => rateAtLeast(scores.impostor, t) <= far)
        const threshold = within.at(-1) ?? Infinity
        expect(tarAtFar(scores, [far])[0]).toMatchObject({
          threshold,
          tar: rateAtLeast(scores.genuine, threshold),
          actualFar: rateAtLeast(scores.impostor, threshold),
          resolved: far * scores.impostors >= 1,
        })
      }),
    )
  })

  it.each([[-0.1], [NaN], [1.5], [Infinity]])('refuses a target of %d', (value) => {
    const attempt = () => tarAtFar(thousand, [0.1, value])
    expect(attempt).toThrow(ParameterError)
    expect(attempt).toThrow(
      expect.objectContaining({ argument: 'fars', row: 1, value, allowed: '0 to 1' }),
    )
  })

  it('refuses no target', () => {
    expect(() => tarAtFar(thousand, [])).toThrow(ShapeError)
  })
})

describe('clopperPearson', () => {
  it.each(fixture.cases)(
    `$hits of $trials at $confidence as ${fixture.versions}`,
    ({ hits, trials, confidence, low, high }) => {
      const interval = clopperPearson(hits, trials, confidence)
      expect(interval.low / (low || 1)).toBeCloseTo(low && 1, 8)
      expect(interval.high / high).toBeCloseTo(1, 8)
    },
  )

  it('has closed forms at the ends', () => {
    expect(clopperPearson(0, 300, 0.9)).toEqual({
      low: 0,
      high: expect.closeTo(1 - 0.05 ** (1 / 300), 14),
    })
    expect(clopperPearson(300, 300, 0.9)).toEqual({
      low: expect.closeTo(0.05 ** (1 / 300), 14),
      high: 1,
    })
  })

  it('mirrors', () => {
    const few = clopperPearson(7, 90, 0.95)
    const many = clopperPearson(83, 90, 0.95)
    expect(many.low).toBeCloseTo(1 - few.high, 13)
    expect(many.high).toBeCloseTo(1 - few.low, 13)
  })
})

describe('thresholdAtFar', () => {
  it('is the point of tarAtFar with an interval around its rate', () => {
    const point = thresholdAtFar(thousand, 0.001)
    expect(point).toMatchObject({ ...tarAtFar(thousand, [0.001])[0], confidence: 0.95 })
    // scipy.stats.beta.ppf, as in the fixture: 1 of 1000.
    expect(point.low).toBeCloseTo(2.531748749129407e-5, 12)
    expect(point.high).toBeCloseTo(0.005558924279826672, 12)
  })

  it('widens with the confidence and always holds the measured rate', () => {
    const widths = [0.5, 0.9, 0.99].map((confidence) => {
      const { low, high, actualFar } = thresholdAtFar(thousand, 0.01, { confidence })
      expect(low).toBeLessThan(actualFar)
      expect(high).toBeGreaterThan(actualFar)
      return high - low
    })
    expect(widths).toEqual([...widths].sort((a, b) => a - b))
  })

  it.each([0, 1, -1, NaN])('refuses a confidence of %d', (confidence) => {
    const attempt = () => thresholdAtFar(thousand, 0.1, { confidence })
    expect(attempt).toThrow(ParameterError)
    expect(attempt).toThrow(expect.objectContaining({ argument: 'confidence', value: confidence }))
  })

  it('refuses a target that is not a rate', () => {
    expect(() => thresholdAtFar(thousand, -1)).toThrow(
      expect.objectContaining({ name: 'ParameterError', argument: 'far', value: -1 }),
    )
  })
})
