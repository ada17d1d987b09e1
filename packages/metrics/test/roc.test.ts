import { auc, roc, verificationScores } from '@arcmargin/metrics'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arbitraryScores } from './arbitrary.js'
import fixture from './fixtures/sklearn-roc.json' with { type: 'json' }
import { distinct, rateAtLeast } from './reference.js'

const pairs = (values: Float64Array, others: Float64Array): string[] =>
  Array.from(values, (value, i) => `${value},${others[i]}`)

describe('roc', () => {
  it('gives the example of the documentation of sklearn.metrics.roc_curve', () => {
    // https://scikit-learn.org/stable/modules/generated/sklearn.metrics.roc_curve.html: y = [1, 1, 2, 2], pos_label = 2.
    const curve = roc(verificationScores([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1]))
    expect([...curve.far]).toEqual([0, 0, 0.5, 0.5, 1])
    expect([...curve.tar]).toEqual([0, 0.5, 0.5, 1, 1])
    expect([...curve.thresholds]).toEqual([Infinity, 0.8, 0.4, 0.35, 0.1])
  })

  describe.each(fixture.cases)(
    `as ${fixture.versions}: $name`,
    ({ scores, genuine, ...expected }) => {
      const given = verificationScores(scores, genuine)

      it.each([
        ['dropped', true],
        ['full', false],
      ] as const)('%s', (key, dropIntermediate) => {
        const curve = roc(given, { dropIntermediate })
        expect([...curve.far]).toEqual(expected[key].far)
        expect([...curve.tar]).toEqual(expected[key].tar)
        expect([...curve.thresholds]).toEqual([Infinity, ...expected[key].thresholds])
      })

      it('area', () => {
        expect(auc(given)).toBeCloseTo(expected.auc, 14)
      })
    },
  )

  it('drops intermediate points by default', () => {
    const scores = verificationScores([4, 3, 2, 1, 0], [1, 1, 1, 0, 0])
    expect(roc(scores)).toEqual(roc(scores, { dropIntermediate: true }))
    expect([...roc(scores).thresholds]).toEqual([Infinity, 4, 2, 0])
    expect(roc(scores, { dropIntermediate: false }).far.length).toBe(6)
  })

  it('has two points when all pairs tie', () => {
    expect(roc(verificationScores([7, 7, 7], [1, 0, 0]))).toEqual({
      far: Float64Array.of(0, 1),
      tar: Float64Array.of(0, 1),
      thresholds: Float64Array.of(Infinity, 7),
    })
  })

  it('counts every threshold as brute force does', () => {
    fc.assert(
      fc.property(arbitraryScores, (scores) => {
        const thresholds = distinct(scores)
        const curve = roc(scores, { dropIntermediate: false })
        expect([...curve.thresholds.slice(1)]).toEqual(thresholds)
        expect([...curve.far.slice(1)]).toEqual(
          thresholds.map((t) => rateAtLeast(scores.impostor, t)),
        )
        expect([...curve.tar.slice(1)]).toEqual(
          thresholds.map((t) => rateAtLeast(scores.genuine, t)),
        )
      }),
    )
  })

  it('rises from (0, 0) to (1, 1) while the threshold falls', () => {
    fc.assert(
      fc.property(arbitraryScores, fc.boolean(), (scores, dropIntermediate) => {
        const { far, tar, thresholds } = roc(scores, { dropIntermediate })
        expect([far[0], tar[0], thresholds[0]]).toEqual([0, 0, Infinity])
        expect([far.at(-1), tar.at(-1)]).toEqual([1, 1])
        for (let i = 1; i < far.length; i++) {
          expect(far[i]).toBeGreaterThanOrEqual(far[i - 1] as number)
          expect(tar[i]).toBeGreaterThanOrEqual(tar[i - 1] as number)
          expect(thresholds[i]).toBeLessThan(thresholds[i - 1] as number)
        }
      }),
    )
  })

  it('drops only points of the full curve', () => {
    fc.assert(
      fc.property(arbitraryScores, (scores) => {
        const full = roc(scores, { dropIntermediate: false })
        const dropped = roc(scores)
        expect(pairs(full.far, full.tar)).toEqual(
          expect.arrayContaining(pairs(dropped.far, dropped.tar)),
        )
      }),
    )
  })
})

describe('auc', () => {
  it('is the area under roc by trapezoids, with and without the dropped points', () => {
    fc.assert(
      fc.property(arbitraryScores, fc.boolean(), (scores, dropIntermediate) => {
        const { far, tar } = roc(scores, { dropIntermediate })
        let area = 0
        for (let i = 1; i < far.length; i++) {
          const width = (far[i] as number) - (far[i - 1] as number)
          area += (width * ((tar[i] as number) + (tar[i - 1] as number))) / 2
        }
        expect(auc(scores)).toBeCloseTo(area, 12)
      }),
    )
  })

  it('is the fraction of won comparisons, ties counting half', () => {
    fc.assert(
      fc.property(arbitraryScores, (scores) => {
        let won = 0
        for (const g of scores.genuine)
          for (const i of scores.impostor) won += g > i ? 1 : g === i ? 0.5 : 0
        expect(auc(scores)).toBe(won / (scores.genuine.length * scores.impostors))
      }),
    )
  })
})
