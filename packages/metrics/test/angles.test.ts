import {
  angleStatistics,
  EmptyError,
  embeddingAngles,
  LabelError,
  NonFiniteError,
  ParameterError,
  ShapeError,
  targetAngles,
} from '@arcmargin/metrics'
import { describe, expect, it } from 'vitest'
import { generator, smoothRows } from './random.js'

/** Directions in the plane at angles in radians, of different lengths. */
const plane = (...angles: number[]): Float64Array =>
  Float64Array.from(
    angles.flatMap((angle, i) => [(i + 1) * Math.cos(angle), (i + 1) * Math.sin(angle)]),
  )

const close = (value: number) => expect.closeTo(value, 13)

describe('angleStatistics', () => {
  it('gives the angles of a plane', () => {
    // Centres at 0.1, 1.0 and 2.5; class weights at 0.3, 0.9 and 2.5.
    const embeddings = plane(0, 0.2, 0.7, 1.3, 2.5)
    const weights = plane(0.3, 0.9, 2.5)
    expect(angleStatistics(embeddings, weights, [0, 0, 1, 1, 2], { dimension: 2 })).toEqual({
      wEC: close((0.2 + 0.1 + 0) / 3),
      wInter: close((0.6 + 0.6 + 1.6) / 3),
      intra: close((0.1 + 0.1 + 0.3 + 0.3 + 0) / 5),
      inter: close((0.9 + 0.9 + 1.5) / 3),
    })
  })

  it('takes the nearest of sub-centers and ignores those of the own class', () => {
    // Two sub-centers each: class 0 at 0.05 and 2, class 1 at 1.2 and -1.
    const embeddings = plane(0, 0.2, 0.7, 1.3)
    const weights = plane(0.05, 2, 1.2, -1)
    const options = { dimension: 2, subCenters: 2 }
    expect(angleStatistics(embeddings, weights, [0, 0, 1, 1], options)).toMatchObject({
      wEC: close((0.05 + 0.2) / 2),
      wInter: close(0.8),
    })
  })

  it('counts classes without embeddings in W-Inter only', () => {
    const embeddings = plane(0, 1, 3)
    const weights = plane(0, 0.25, 1, 1.5)
    expect(angleStatistics(embeddings, weights, [0, 2, -1], { dimension: 2 })).toEqual({
      wEC: close(0),
      wInter: close((0.25 + 0.25 + 0.5 + 0.5) / 4),
      intra: close(0),
      inter: close(1),
    })
  })

  it('averages normalised embeddings', () => {
    const { intra } = embeddingAngles(Float64Array.of(1000, 0, 0, 0.001, -1, -1), [4, 4, 7], {
      dimension: 2,
    })
    expect(intra).toBeCloseTo((Math.PI / 4 + Math.PI / 4 + 0) / 3, 13)
  })

  it('measures angles that an arc cosine cannot', () => {
    const weights = plane(0, 1e-9)
    const { wInter } = angleStatistics(plane(0, 1), weights, [0, 1], { dimension: 2 })
    expect(wInter / 1e-9).toBeCloseTo(1, 6)
    const opposite = Float64Array.of(1, 0, -1, 1e-9)
    const { inter } = embeddingAngles(opposite, [0, 1], { dimension: 2 })
    expect((Math.PI - inter) / 1e-9).toBeCloseTo(1, 6)
  })

  it('agrees with arc cosines where those are good', () => {
    const [dimension, classes, count] = [6, 9, 40]
    const random = generator(3)
    const rows = smoothRows(random, count, dimension)
    const weights = smoothRows(random, classes, dimension)
    const labels = Array.from({ length: count }, (_, i) => i % classes)
    const vector = (table: Float32Array, i: number) => {
      const v = [...table.subarray(i * dimension, (i + 1) * dimension)]
      const norm = Math.hypot(...v)
      return v.map((x) => x / norm)
    }
    const angle = (a: number[], b: number[]) =>
      Math.acos(
        a.reduce((sum, x, k) => sum + x * (b[k] as number), 0) /
          Math.hypot(...a) /
          Math.hypot(...b),
      )
    const mean = (values: number[]) => values.reduce((sum, x) => sum + x, 0) / values.length
    const nearest = (table: number[][]) =>
      mean(
        table.map((a, i) => Math.min(...table.filter((_, j) => j !== i).map((b) => angle(a, b)))),
      )
    const units = labels.map((_, i) => vector(rows, i))
    const w = Array.from({ length: classes }, (_, c) => vector(weights, c))
    const centers = w.map((_, c) =>
      Array.from({ length: dimension }, (__, k) =>
        mean(units.filter((___, i) => labels[i] === c).map((u) => u[k] as number)),
      ),
    )
    const statistics = angleStatistics(rows, weights, labels, { dimension })
    expect(statistics).toEqual({
      wEC: close(mean(centers.map((center, c) => angle(center, w[c] as number[])))),
      wInter: close(nearest(w)),
      intra: close(mean(units.map((u, i) => angle(u, centers[labels[i] as number] as number[])))),
      inter: close(nearest(centers)),
    })
    const { intra, inter } = statistics
    expect(embeddingAngles(rows, labels, { dimension })).toEqual({ intra, inter })
    const thetas = [...targetAngles(rows, weights, labels, { dimension })]
    expect(thetas).toEqual(units.map((u, i) => close(angle(u, w[labels[i] as number] as number[]))))
  })
})

describe('targetAngles', () => {
  it('skips ignored rows and takes the nearest sub-center', () => {
    const weights = plane(0, 1, 2, 3)
    const angles = targetAngles(plane(0.75, 9, 2.25, 3.5), weights, [0, -1, 1, 1], {
      dimension: 2,
      subCenters: 2,
    })
    expect([...angles]).toEqual([close(0.25), close(0.25), close(0.5)])
  })

  it('goes from 0 to π', () => {
    const angles = targetAngles(Float32Array.of(3, 4, -3, -4), Float32Array.of(3, 4), [0, 0], {
      dimension: 2,
    })
    expect(angles).toEqual(Float64Array.of(0, Math.PI))
  })
})

describe('errors', () => {
  const rows = plane(0, 1)
  it.each([
    [
      rows,
      rows,
      [0, 2],
      {},
      LabelError,
      { argument: 'labels', row: 1, value: 2, allowed: '-1 (ignored) to 1' },
    ],
    [rows, rows, [0, -2], {}, LabelError, { argument: 'labels', row: 1, value: -2 }],
    [rows, rows, [0], {}, ShapeError, { argument: 'labels', value: 1 }],
    [
      rows,
      plane(0, 1, 2),
      [0, 0],
      { subCenters: 2 },
      ShapeError,
      { argument: 'classWeights', value: 6 },
    ],
    [rows, rows, [0, 1], { subCenters: 0 }, ParameterError, { argument: 'subCenters', value: 0 }],
    [
      rows,
      Float64Array.of(1, 0, 0, 0),
      [0, 1],
      {},
      NonFiniteError,
      { argument: 'classWeights', row: 1 },
    ],
    [
      Float64Array.of(1, NaN, 0, 1),
      rows,
      [0, 1],
      {},
      NonFiniteError,
      { argument: 'embeddings', row: 0 },
    ],
    [rows, rows, [0, 1], { dimension: 3 }, ShapeError, { argument: 'classWeights', value: 4 }],
  ])('of both: %j, %j, %j with %j', (embeddings, weights, labels, options, type, fields) => {
    for (const measure of [targetAngles, angleStatistics]) {
      const attempt = () => measure(embeddings, weights, labels, { dimension: 2, ...options })
      expect(attempt).toThrow(type)
      expect(attempt).toThrow(expect.objectContaining(fields))
    }
  })

  it.each([
    [rows, plane(0), [0, 0], EmptyError, { argument: 'classWeights', value: 1 }],
    [rows, rows, [1, 1], EmptyError, { argument: 'labels', value: 1 }],
    [rows, rows, [-1, -1], EmptyError, { argument: 'labels' }],
    [
      Float64Array.of(1, 2, -1, -2, 1, 0),
      rows,
      [0, 0, 1],
      NonFiniteError,
      { argument: 'embeddings', message: expect.stringMatching(/class 0 have no centre/) },
    ],
  ])('of statistics: %j, %j, %j', (embeddings, weights, labels, type, fields) => {
    const attempt = () => angleStatistics(embeddings, weights, labels, { dimension: 2 })
    expect(attempt).toThrow(type)
    expect(attempt).toThrow(expect.objectContaining(fields))
  })
})
