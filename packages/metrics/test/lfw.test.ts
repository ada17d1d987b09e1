import {
  EmptyError,
  LabelError,
  lfwProtocol,
  NonFiniteError,
  ParameterError,
  ShapeError,
} from '@arcmargin/metrics'
import { describe, expect, it } from 'vitest'
import { generator } from './random.js'

describe('lfwProtocol', () => {
  it('chooses on the other folds, midway, and reports mean and spread', () => {
    // Three folds of a genuine and an impostor pair each.
    const result = lfwProtocol([0.9, 0.1, 0.7, 0.3, 0.35, 0.2], [1, 0, 1, 0, 1, 0], { folds: 3 })
    expect(result.folds.map(({ threshold }) => threshold)).toEqual([
      expect.closeTo((0.35 + 0.3) / 2, 15),
      expect.closeTo((0.35 + 0.2) / 2, 15),
      expect.closeTo((0.7 + 0.3) / 2, 15),
    ])
    expect(result.folds.map(({ accuracy }) => accuracy)).toEqual([1, 0.5, 0.5])
    expect(result.folds.map(({ pairs }) => pairs)).toEqual([2, 2, 2])
    expect(result.mean).toBeCloseTo(2 / 3, 15)
    // Deviations 1/3, -1/6, -1/6: squares sum to 1/6, over n - 1 = 2.
    expect(result.standardDeviation).toBeCloseTo(Math.sqrt(1 / 12), 15)
    expect(result.standardError).toBeCloseTo(Math.sqrt(1 / 36), 15)
  })

  it('is perfect for 10 × 600 separated pairs, wherever the lowest genuine pair is', () => {
    const random = generator(6000)
    const genuine = Array.from({ length: 6000 }, (_, pair) => pair % 600 < 300)
    const scores = genuine.map((same) => (same ? 0.6 + 0.4 * random() : 0.4 * random()))
    expect(lfwProtocol(scores, genuine)).toMatchObject({
      mean: 1,
      standardDeviation: 0,
      standardError: 0,
      folds: Array(10).fill({ accuracy: 1, pairs: 600 }),
    })
  })

  it('takes the fold of each pair', () => {
    const scores = [0.9, 0.7, 0.35, 0.1, 0.3, 0.2]
    const flags = [true, true, true, false, false, false]
    const byArray = lfwProtocol(scores, flags, { folds: [0, 1, 2, 0, 1, 2] })
    const byRuns = lfwProtocol([0.9, 0.1, 0.7, 0.3, 0.35, 0.2], [1, 0, 1, 0, 1, 0], { folds: 3 })
    expect(byArray).toEqual(byRuns)
  })

  it('makes the first folds one longer', () => {
    const flags = Array.from({ length: 11 }, (_, i) => i % 2)
    const { folds } = lfwProtocol(flags, flags, { folds: 4 })
    expect(folds.map(({ pairs }) => pairs)).toEqual([3, 3, 3, 2])
  })

  it('accepts nothing or everything where the other folds say so', () => {
    const nothing = lfwProtocol([1, 2, 1, 2, 2], [1, 0, 1, 0, 0], { folds: [0, 0, 1, 1, 1] })
    expect(nothing.folds.map(({ threshold }) => threshold)).toEqual([Infinity, Infinity])
    const everything = lfwProtocol(
      [1, 2, 1, 2],
      [1, 0, 1, 0].map((x) => 1 - x),
      {
        folds: [0, 0, 1, 1],
      },
    )
    expect(everything.folds.map(({ accuracy }) => accuracy)).toEqual([1, 1])
    const low = lfwProtocol([1, 1, 2, 1, 1, 2], [1, 1, 0, 1, 1, 0], { folds: [0, 0, 0, 1, 1, 1] })
    expect(low.folds).toEqual(Array(2).fill({ threshold: 1, accuracy: 2 / 3, pairs: 3 }))
  })

  const [scores, flags] = [
    [1, 0, 1, 0],
    [1, 0, 1, 0],
  ]
  it.each([
    [scores, [1], 2, ShapeError, { argument: 'genuine' }],
    [[1, 0, NaN, 0], flags, 2, NonFiniteError, { argument: 'scores', row: 2 }],
    [scores, [1, 0, 1, 7], 2, LabelError, { argument: 'genuine', row: 3, value: 7 }],
    [scores, flags, 1, ParameterError, { argument: 'folds', value: 1 }],
    [
      scores,
      flags,
      5,
      ParameterError,
      { argument: 'folds', value: 5, allowed: 'integers from 2 to 4' },
    ],
    [scores, flags, [0, 0, 0, 0], ParameterError, { argument: 'folds', value: 1 }],
    [scores, flags, [0, 1], ShapeError, { argument: 'folds', value: 2 }],
    [scores, flags, [0, 1, 0, -1], LabelError, { argument: 'folds', row: 3, value: -1 }],
    [scores, flags, [0, 0, 2, 2], EmptyError, { argument: 'folds', value: 1 }],
    [scores, flags, [0, 1, 0, 1], EmptyError, { argument: 'genuine' }],
  ])('refuses %j, %j, folds %j', (badScores, badFlags, folds, type, fields) => {
    const attempt = () => lfwProtocol(badScores, badFlags, { folds })
    expect(attempt).toThrow(type)
    expect(attempt).toThrow(expect.objectContaining(fields))
  })
})
