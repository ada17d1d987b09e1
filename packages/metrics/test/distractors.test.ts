import {
  distractorCurve,
  EmptyError,
  LabelError,
  NonFiniteError,
  ParameterError,
  ShapeError,
} from '@arcmargin/metrics'
import { describe, expect, it } from 'vitest'
import { shuffled } from '../src/identification/shuffle.js'
import { generator, integers, smoothRows, tiedRows } from './random.js'
import { cosines } from './reference.js'

describe('distractorCurve', () => {
  it.each([1, 2, 3])('agrees with brute force, ties and all (%d)', (seed) => {
    const random = generator(seed)
    const dimension = 4
    const probes = {
      embeddings: tiedRows(random, 21, dimension),
      labels: integers(random, 21, -1, 5),
    }
    const distractors = tiedRows(random, 50, dimension)
    const among = cosines(probes.embeddings, probes.embeddings, dimension)
    const against = cosines(probes.embeddings, distractors, dimension)
    const counts = [50, 1, 7, 7, 20]
    for (const order of [undefined, seed]) {
      const permutation = order === undefined ? [...Array(50).keys()] : [...shuffled(50, order)]
      const searches = probes.labels.flatMap((label, i) =>
        probes.labels.flatMap((other, j) =>
          i !== j && label >= 0 && other === label ? [[i, j]] : [],
        ),
      )
      const expected = counts.map((count) => {
        const won = searches.filter(([i = 0, j = 0]) =>
          permutation.slice(0, count).every((d) => (among[i]?.[j] ?? 0) > (against[i]?.[d] ?? 0)),
        )
        return won.length / searches.length
      })
      const options = { dimension, counts, ...(order === undefined ? {} : { seed: order }) }
      expect(distractorCurve(probes, distractors, options)).toEqual({
        counts: Float64Array.from(counts),
        rank1: Float64Array.from(expected),
        searches: searches.length,
      })
    }
  })

  it('falls with the number of distractors, in decades by default', () => {
    const random = generator(11)
    const probes = { embeddings: smoothRows(random, 30, 6), labels: integers(random, 30, 0, 4) }
    const { counts, rank1 } = distractorCurve(probes, smoothRows(random, 1234, 6), { dimension: 6 })
    expect([...counts]).toEqual([10, 100, 1000, 1234])
    expect([...rank1]).toEqual([...rank1].sort((a, b) => b - a))
    expect(rank1[0]).toBeGreaterThan(rank1[3] as number)
  })

  it('asks for all distractors when there are few', () => {
    const probes = { embeddings: Float32Array.of(1, 1), labels: [0, 0] }
    const { counts, rank1, searches } = distractorCurve(probes, Float32Array.of(-1, -2, -3), {
      dimension: 1,
    })
    expect([[...counts], [...rank1], searches]).toEqual([[3], [1], 2])
  })

  const pair = { embeddings: Float32Array.of(1, 1), labels: [0, 0] }
  const crowd = Float32Array.of(-1, 1)
  it.each([
    [
      pair,
      crowd,
      { counts: [3] },
      ParameterError,
      { argument: 'counts[0]', value: 3, allowed: 'integers from 1 to 2' },
    ],
    [pair, crowd, { counts: [1, 0] }, ParameterError, { argument: 'counts[1]', value: 0 }],
    [pair, crowd, { counts: [] }, ShapeError, { argument: 'counts' }],
    [pair, crowd, { seed: -1 }, ParameterError, { argument: 'seed', value: -1 }],
    [pair, Float32Array.of(), {}, ShapeError, { argument: 'distractors', value: 0 }],
    [pair, Float32Array.of(1, 0), {}, NonFiniteError, { argument: 'distractors', row: 1 }],
    [{ ...pair, labels: [0, 1] }, crowd, {}, EmptyError, { argument: 'probes.labels' }],
    [{ ...pair, labels: [0, -3] }, crowd, {}, LabelError, { argument: 'probes.labels', row: 1 }],
  ])('refuses %j among %j with %j', (probes, distractors, options, type, fields) => {
    const attempt = () => distractorCurve(probes, distractors, { dimension: 1, ...options })
    expect(attempt).toThrow(type)
    expect(attempt).toThrow(expect.objectContaining(fields))
  })
})

describe('shuffled', () => {
  it('is a permutation that depends on the seed alone', () => {
    expect([...shuffled(8, 1)]).toEqual([...shuffled(8, 1)])
    expect([...shuffled(100, 1)]).not.toEqual([...shuffled(100, 2)])
    expect([...shuffled(100, 3)].sort((a, b) => a - b)).toEqual([...Array(100).keys()])
  })

  it('puts each element everywhere equally often', () => {
    const counts = Array.from({ length: 4 }, () => [0, 0, 0, 0])
    for (let seed = 0; seed < 4000; seed++) {
      shuffled(4, seed).forEach((element, place) => {
        const row = counts[element] as number[]
        row[place] = (row[place] as number) + 1
      })
    }
    // Standard deviation of each count: 27.4.
    for (const count of counts.flat()) expect(Math.abs(count - 1000)).toBeLessThan(137)
  })
})
