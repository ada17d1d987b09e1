import {
  auc,
  bestThresholdAccuracy,
  EmptyError,
  eer,
  ImpostorCounter,
  LabelError,
  NonFiniteError,
  ParameterError,
  pairScores,
  ShapeError,
  tarAtFar,
} from '@arcmargin/metrics'
import { describe, expect, it } from 'vitest'
import { generator, integers, smoothRows, tiedRows } from './random.js'
import { cosines } from './reference.js'

/** All pairs the plain way. */
const reference = (rows: ArrayLike<number>, labels: readonly number[], dimension: number) => {
  const all = cosines(rows, rows, dimension)
  const kinds: { genuine: number[]; impostor: number[] } = { genuine: [], impostor: [] }
  for (let i = 0; i < labels.length; i++) {
    for (let j = i + 1; j < labels.length; j++) {
      const [a, b] = [labels[i] as number, labels[j] as number]
      if (a < 0 || b < 0) continue
      kinds[a === b ? 'genuine' : 'impostor'].push(all[i]?.[j] as number)
    }
  }
  return {
    genuine: Float64Array.from(kinds.genuine).sort(),
    impostor: Float64Array.from(kinds.impostor).sort(),
  }
}

describe('pairScores', () => {
  it('scores orthogonal, opposite and parallel rows', () => {
    const scores = pairScores(Float32Array.of(2, 0, 0, 3, -5, 0), [1, 1, 4], { dimension: 2 })
    expect(scores.genuine).toEqual(Float64Array.of(0))
    expect(scores.impostor).toEqual(Float64Array.of(-1, 0))
  })

  // Counts around the block of four, dimensions that are no power of two, both precisions, ignored rows.
  it.each([
    [3, 1],
    [4, 2],
    [5, 3],
    [23, 5],
    [42, 7],
  ])('agrees with brute force on %d rows of dimension %d', (count, dimension) => {
    const random = generator(count)
    for (const make of [tiedRows, smoothRows]) {
      const single = make(random, count, dimension)
      for (const rows of [single, Float64Array.from(single)]) {
        const labels = [...integers(random, count - 3, -1, 4), 1, 1, 2]
        const scores = pairScores(rows, labels, { dimension })
        expect(scores).toMatchObject(reference(rows, labels, dimension))
        expect(scores.impostors).toBe(scores.impostor.length)
      }
    }
  })

  it('is exact on ties: equal rows score alike wherever they stand', () => {
    const row = [0.1, 0.7, -0.3]
    const other = [0.9, -0.2, 0.4]
    const rows = Float64Array.from([row, other, row, other, row, row, other].flat())
    const scores = pairScores(rows, [0, 1, 0, 1, 0, 0, 1], { dimension: 3 })
    expect(new Set(scores.impostor).size).toBe(1)
    expect(scores.impostor.length).toBe(12)
  })

  it('stays within -1 and 1', () => {
    const rows = smoothRows(generator(9), 300, 3)
    const scores = pairScores(
      Float64Array.from({ length: 1800 }, (_, k) => (rows[k % 900] as number) * (k < 900 ? 1 : -3)),
      Array.from({ length: 600 }, (_, i) => i % 300),
      { dimension: 3 },
    )
    expect(scores.genuine[0]).toBe(-1)
    expect(scores.impostor[0]).toBeGreaterThanOrEqual(-1)
    expect(scores.impostor.at(-1)).toBeLessThanOrEqual(1)
  })

  it('does not look at ignored rows', () => {
    const rows = Float32Array.of(1, 0, 0, 0, NaN, 1, 0, 1, 1, 1)
    const scores = pairScores(rows, [0, -1, -1, 1, 1], { dimension: 2 })
    expect([scores.genuine.length, scores.impostors]).toEqual([1, 2])
  })

  it('counts the pairs of the emoji test set: 246 classes of 7', () => {
    const dimension = 8
    const random = generator(246)
    const centers = smoothRows(random, 246, dimension)
    const noise = smoothRows(random, 1722, dimension)
    const rows = noise.map((x, k) => {
      const center = (Math.floor(k / dimension) % 246) * dimension + (k % dimension)
      return 0.3 * x + (centers[center] as number)
    })
    const labels = Array.from({ length: 1722 }, (_, i) => i % 246)
    const all = pairScores(rows, labels, { dimension })
    const corners = pairScores(rows, labels, { dimension, keep: 'corners' })
    expect([all.genuine.length, all.impostors, all.impostor.length]).toEqual([
      5166, 1_476_615, 1_476_615,
    ])
    expect([corners.genuine.length, corners.impostors]).toEqual([5166, 1_476_615])
    expect(corners.impostor.length).toBeLessThanOrEqual(3 * 5166 + 2)
    expect(corners.impostorCounts?.reduce((sum, count) => sum + count, 0)).toBe(1_476_615)
    expect(auc(corners)).toBe(auc(all))
    expect(eer(corners)).toEqual(eer(all))
    expect(bestThresholdAccuracy(corners)).toEqual(bestThresholdAccuracy(all))
    const tars = tarAtFar(all).map(({ tar }) => tar)
    expect(tarAtFar(corners).map(({ tar }) => tar)).toEqual(tars)
    expect(tars).toEqual([...tars].sort((a, b) => b - a))
    expect(tarAtFar(all).map(({ resolved }) => resolved)).toEqual(Array(6).fill(true))
    // From the definition: the lowest score that at most 1476 impostors reach.
    const [point] = tarAtFar(all, [1e-3])
    expect(all.impostor.filter((score) => score >= (point?.threshold ?? 0)).length).toBe(1476)
    expect(all.genuine.filter((score) => score >= (point?.threshold ?? 0)).length).toBe(
      point?.accepted,
    )
  })

  it.each([
    [[1, 0, 0], [0, 0], { dimension: 2 }, ShapeError, { argument: 'embeddings', value: 3 }],
    [[], [], { dimension: 2 }, ShapeError, { argument: 'embeddings', value: 0 }],
    [[1, 0, 0, 1], [0], { dimension: 2 }, ShapeError, { argument: 'labels', value: 1 }],
    [[1, 0, 0, 1], [0, 0], { dimension: 0 }, ParameterError, { argument: 'dimension', value: 0 }],
    [[1, 0, 0, 1], [0, 0], { dimension: 1.5 }, ParameterError, { argument: 'dimension' }],
    [
      [1, 0, 0, 1],
      [0, -2],
      { dimension: 2 },
      LabelError,
      { argument: 'labels', row: 1, value: -2 },
    ],
    [[1, 0, 0, 1], [0.5, 0], { dimension: 2 }, LabelError, { argument: 'labels', row: 0 }],
    [[1, 0, 0, 1], [0, NaN], { dimension: 2 }, LabelError, { argument: 'labels', row: 1 }],
    [[1, 0, 0, 1], [0, 2 ** 31], { dimension: 2 }, LabelError, { argument: 'labels', row: 1 }],
    [[1, 0, NaN, 1], [0, 0], { dimension: 2 }, NonFiniteError, { row: 1, value: NaN }],
    [[1, 0, 0, -Infinity], [0, 0], { dimension: 2 }, NonFiniteError, { row: 1, value: -Infinity }],
    [[0, 0, 0, 1], [0, 0], { dimension: 2 }, NonFiniteError, { row: 0, value: 0 }],
    [[1, 0, 1e200, 1], [0, 0], { dimension: 2 }, NonFiniteError, { row: 1, value: Infinity }],
    [[1, 0, 0, 1], [0, 1], { dimension: 2 }, EmptyError, { argument: 'labels' }],
    [[1, 0, 0, 1], [0, 0], { dimension: 2 }, EmptyError, { argument: 'labels' }],
    [[1, 0, 0, 1], [-1, -1], { dimension: 2 }, EmptyError, { argument: 'labels' }],
  ])('refuses %j labelled %j with %j', (rows, labels, options, type, fields) => {
    const attempt = () => pairScores(Float64Array.from(rows), labels, options)
    expect(attempt).toThrow(type)
    expect(attempt).toThrow(expect.objectContaining(fields))
  })

  it('refuses an unknown way to keep scores', () => {
    const options = { dimension: 1, keep: 'some' as 'all' }
    expect(() => pairScores(Float32Array.of(1, 1), [0, 0], options)).toThrow(
      expect.objectContaining({ argument: 'keep', value: 'some', allowed: 'all, corners' }),
    )
  })
})

describe('ImpostorCounter', () => {
  it('keeps counts and both ends between neighbouring genuine scores', () => {
    const counter = new ImpostorCounter([10, 0, 10])
    for (const score of [5, 3, 10, 4, 11, 10, -2, 0]) counter.add(score)
    expect(counter.scores()).toEqual({
      genuine: Float64Array.of(0, 10, 10),
      impostor: Float64Array.of(-2, 0, 3, 5, 10, 11),
      impostorCounts: Float64Array.of(1, 1, 2, 1, 2, 1),
      impostors: 8,
    })
  })

  it('goes on after an answer', () => {
    const counter = new ImpostorCounter([1])
    counter.add(0)
    expect(counter.scores().impostors).toBe(1)
    counter.add(2)
    expect(auc(counter.scores())).toBe(0.5)
  })

  it('refuses what cannot be counted and stays as it was', () => {
    expect(() => new ImpostorCounter([])).toThrow(EmptyError)
    expect(() => new ImpostorCounter([0, NaN])).toThrow(NonFiniteError)
    const counter = new ImpostorCounter([1])
    expect(() => counter.scores()).toThrow(EmptyError)
    expect(() => counter.add(NaN)).toThrow(expect.objectContaining({ argument: 'score' }))
    expect(() => counter.scores()).toThrow(EmptyError)
  })
})
