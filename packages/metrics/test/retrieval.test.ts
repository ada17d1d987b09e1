import {
  EmptyError,
  LabelError,
  NonFiniteError,
  ParameterError,
  retrieval,
  ShapeError,
} from '@arcmargin/metrics'
import { describe, expect, it } from 'vitest'
import { generator, integers, smoothRows, tiedRows } from './random.js'
import { cosines } from './reference.js'

/** The two figures of one query, from the relevance of its neighbours in order; the class has `relevant` other rows. */
const ofQuery = (neighbours: readonly boolean[], relevant: number) => {
  const first = neighbours.slice(0, relevant)
  const hitsTo = (i: number) => first.slice(0, i + 1).filter(Boolean).length
  return {
    rPrecision: hitsTo(relevant) / relevant,
    mapAtR: first.reduce((sum, hit, i) => sum + (hit ? hitsTo(i) / (i + 1) : 0), 0) / relevant,
  }
}

/** Neighbours by brute force; of equal scores, those of other classes first. */
const reference = (rows: Float32Array, labels: readonly number[], dimension: number) => {
  const queries = cosines(rows, rows, dimension).flatMap((scores, i) => {
    const own = labels[i] as number
    const others = Array.from(labels.keys()).filter((j) => j !== i && (labels[j] as number) >= 0)
    const relevant = others.filter((j) => labels[j] === own).length
    if (own < 0 || relevant === 0) return []
    others.sort(
      (a, b) =>
        (scores[b] as number) - (scores[a] as number) ||
        Number(labels[a] === own) - Number(labels[b] === own),
    )
    const neighbours = others.map((j) => labels[j] === own)
    return [{ ...ofQuery(neighbours, relevant), precisionAt1: Number(neighbours[0]) }]
  })
  const mean = (key: 'rPrecision' | 'mapAtR' | 'precisionAt1') =>
    expect.closeTo(queries.reduce((sum, query) => sum + query[key], 0) / queries.length, 12)
  return {
    precisionAt1: mean('precisionAt1'),
    rPrecision: mean('rPrecision'),
    mapAtR: mean('mapAtR'),
    queries: queries.length,
  }
}

describe('retrieval', () => {
  it('is measured here by a reference that gives table 1 of Musgrave et al. 2020', () => {
    // R = 10; percent in the paper: 10/10, 20/12, 20/20, 100/100.
    const hits = (...places: number[]) =>
      Array.from({ length: 10 }, (_, i) => places.includes(i + 1))
    expect(ofQuery(hits(1), 10)).toEqual({ rPrecision: 0.1, mapAtR: 0.1 })
    expect(ofQuery(hits(1, 10), 10)).toEqual({ rPrecision: 0.2, mapAtR: 0.12 })
    expect(ofQuery(hits(1, 2), 10)).toEqual({ rPrecision: 0.2, mapAtR: 0.2 })
    expect(ofQuery(Array(10).fill(true), 10)).toEqual({ rPrecision: 1, mapAtR: 1 })
  })

  it.each([1, 2, 3, 4, 5])('agrees with the reference, ties and all (%d)', (seed) => {
    const random = generator(seed)
    for (const make of [tiedRows, smoothRows]) {
      const rows = make(random, 45, 3)
      // Label 40 stands alone: found by others, no query.
      const labels = [...integers(random, 44, -1, 6), 40]
      expect(retrieval(rows, labels, { dimension: 3 })).toEqual(reference(rows, labels, 3))
    }
  })

  it('is 1 for separate classes and 0 for a collapsed network', () => {
    const labels = [0, 0, 0, 1, 1, 1]
    const apart = Float32Array.of(1, 0, 1, 0.1, 1, 0.2, 0, 1, 0.1, 1, 0.2, 1)
    expect(retrieval(apart, labels, { dimension: 2 })).toEqual({
      precisionAt1: 1,
      rPrecision: 1,
      mapAtR: 1,
      queries: 6,
    })
    expect(retrieval(new Float32Array(12).fill(1), labels, { dimension: 2 })).toEqual({
      precisionAt1: 0,
      rPrecision: 0,
      mapAtR: 0,
      queries: 6,
    })
  })

  it.each([
    [[1, 1], [0, 1], 1, EmptyError, { argument: 'labels' }],
    [[1, 1], [-1, -1], 1, EmptyError, { argument: 'labels' }],
    [[1, 1], [0, 0.5], 1, LabelError, { argument: 'labels', row: 1, value: 0.5 }],
    [[1, 1], [0], 1, ShapeError, { argument: 'labels', value: 1 }],
    [[1, NaN], [0, 0], 1, NonFiniteError, { argument: 'embeddings', row: 1, value: NaN }],
    [[1, 1], [0, 0], -1, ParameterError, { argument: 'dimension', value: -1 }],
  ])('refuses %j labelled %j of dimension %d', (rows, labels, dimension, type, fields) => {
    const attempt = () => retrieval(Float32Array.from(rows), labels, { dimension })
    expect(attempt).toThrow(type)
    expect(attempt).toThrow(expect.objectContaining(fields))
  })
})
