import {
  cmc,
  EmptyError,
  LabelError,
  NonFiniteError,
  ParameterError,
  rotatingGallery,
  ShapeError,
} from '@arcmargin/metrics'
import { describe, expect, it } from 'vitest'
import { generator, integers, smoothRows, tiedRows } from './random.js'
import { cosines } from './reference.js'

/** A direction in the plane for each angle in degrees. */
const plane = (...degrees: number[]): Float64Array =>
  Float64Array.from(
    degrees.flatMap((d) => [Math.cos((d * Math.PI) / 180), Math.sin((d * Math.PI) / 180)]),
  )

describe('cmc', () => {
  it('counts mates by rank', () => {
    // Probe 1 at 0° finds 1 first; probe 2 at 1° finds 1 before 2; probe 3 at 2° finds 1 and 2 before 3.
    const curve = cmc(
      { embeddings: plane(0, 1, 2), labels: [1, 2, 3] },
      { embeddings: plane(0, 20, 40), labels: [1, 2, 3] },
      { dimension: 2, maxRank: 4 },
    )
    expect(curve.rates).toEqual(Float64Array.of(1 / 3, 2 / 3, 1, 1))
    expect(curve).toMatchObject({ probes: 3, identities: 3 })
  })

  it('ranks identities by their best row', () => {
    const curve = cmc(
      { embeddings: plane(0), labels: [5] },
      { embeddings: plane(90, 10, 11, 12, 20), labels: [5, 7, 7, 7, 5] },
      { dimension: 2, maxRank: 3 },
    )
    expect(curve.rates).toEqual(Float64Array.of(0, 1, 1))
    expect(curve.identities).toBe(2)
  })

  it('puts ties before the mate, or half of them', () => {
    const probes = { embeddings: plane(0), labels: [2] }
    const gallery = { embeddings: plane(30, 30, 30, 0, 60), labels: [1, 2, 3, 4, 5] }
    const options = { dimension: 2, maxRank: 5 }
    expect(cmc(probes, gallery, options).rates).toEqual(Float64Array.of(0, 0, 0, 1, 1))
    expect(cmc(probes, gallery, { ...options, ties: 'average' }).rates).toEqual(
      Float64Array.of(0, 0, 1, 1, 1),
    )
  })

  it('counts half a rank at the next whole one', () => {
    const curve = cmc(
      { embeddings: plane(0), labels: [2] },
      { embeddings: plane(30, 30), labels: [1, 2] },
      { dimension: 2, maxRank: 2, ties: 'average' },
    )
    expect(curve.rates).toEqual(Float64Array.of(0, 1))
  })

  it('gives a collapsed network nothing', () => {
    const labels = Array.from({ length: 20 }, (_, i) => i)
    const same = { embeddings: new Float32Array(60).fill(0.3), labels }
    expect(cmc(same, same, { dimension: 3 }).rates).toEqual(new Float64Array(10))
  })

  it.each([1, 2, 3, 4, 5])('agrees with brute force, ties and all (%d)', (seed) => {
    const random = generator(seed)
    const dimension = 3
    const gallery = {
      embeddings: tiedRows(random, 40, dimension),
      labels: integers(random, 40, -1, 9),
    }
    const known = gallery.labels.filter((label) => label >= 0)
    const labels = integers(random, 30, 0, known.length - 1).map((i) => known[i] as number)
    labels[4] = -1
    const probes = { embeddings: tiedRows(random, 30, dimension), labels }
    const scores = cosines(probes.embeddings, gallery.embeddings, dimension)
    const bestOf = (row: number[], id: number): number =>
      Math.max(...row.filter((_, j) => gallery.labels[j] === id))
    const identities = [...new Set(known)]
    for (const ties of ['pessimistic', 'average'] as const) {
      const ranks = scores.flatMap((row, i) => {
        const own = labels[i] as number
        if (own < 0) return []
        const others = identities.filter((id) => id !== own).map((id) => bestOf(row, id))
        const above = others.filter((score) => score > bestOf(row, own)).length
        const tied = others.filter((score) => score === bestOf(row, own)).length
        return [1 + above + (ties === 'average' ? tied / 2 : tied)]
      })
      const curve = cmc(probes, gallery, { dimension, maxRank: 12, ties })
      expect([...curve.rates]).toEqual(
        Array.from({ length: 12 }, (_, k) => ranks.filter((rank) => rank <= k + 1).length / 29),
      )
      expect(curve.rates[identities.length - 1]).toBe(1)
      expect(curve.probes).toBe(29)
    }
  })

  const one = { embeddings: plane(0), labels: [1] }
  it.each([
    [{ ...one, labels: [2] }, one, {}, LabelError, { argument: 'probes.labels', row: 0, value: 2 }],
    [{ ...one, labels: [-1] }, one, {}, EmptyError, { argument: 'probes.labels' }],
    [{ ...one, labels: [1, 1] }, one, {}, ShapeError, { argument: 'probes.labels', value: 2 }],
    [one, { ...one, labels: [0.5] }, {}, LabelError, { argument: 'gallery.labels', row: 0 }],
    [
      one,
      { ...one, embeddings: Float32Array.of(NaN, 1) },
      {},
      NonFiniteError,
      { argument: 'gallery.embeddings', row: 0 },
    ],
    [
      { ...one, embeddings: Float32Array.of(1, 2, 3) },
      one,
      {},
      ShapeError,
      { argument: 'probes.embeddings', value: 3 },
    ],
    [one, one, { maxRank: 0 }, ParameterError, { argument: 'maxRank', value: 0 }],
    [
      one,
      one,
      { ties: 'lucky' as 'average' },
      ParameterError,
      { argument: 'ties', value: 'lucky' },
    ],
  ])('refuses %j in %j with %j', (probes, gallery, options, type, fields) => {
    const attempt = () => cmc(probes, gallery, { dimension: 2, ...options })
    expect(attempt).toThrow(type)
    expect(attempt).toThrow(expect.objectContaining(fields))
  })
})

describe('rotatingGallery', () => {
  it('averages the galleries of a complete set', () => {
    const random = generator(7)
    const [dimension, classes, groups] = [5, 12, 4]
    const rows = smoothRows(random, classes * groups, dimension)
    const labels = Array.from({ length: classes * groups }, (_, i) => i % classes)
    const groupOf = Array.from(labels, (_, i) => Math.floor(i / classes))
    const result = rotatingGallery(rows, labels, groupOf, { dimension, maxRank: 6 })
    const take = (keep: (i: number) => boolean) => {
      const kept = Array.from(labels.keys()).filter(keep)
      const values = kept.flatMap((i) => [...rows.subarray(i * dimension, (i + 1) * dimension)])
      return { embeddings: Float32Array.from(values), labels: kept.map((i) => labels[i] as number) }
    }
    const curves = Array.from({ length: groups }, (_, g) =>
      cmc(
        take((i) => groupOf[i] !== g),
        take((i) => groupOf[i] === g),
        { dimension, maxRank: 6 },
      ),
    )
    expect(result.galleries).toEqual(
      curves.map((curve, group) => ({ ...curve, group, skipped: 0 })),
    )
    for (let k = 0; k < 6; k++) {
      const mean = curves.reduce((sum, { rates }) => sum + (rates[k] as number), 0) / groups
      expect(result.rates[k]).toBeCloseTo(mean, 15)
    }
  })

  it('leaves out and counts probes without a mate, and groups that cannot be a gallery', () => {
    // Group 9 holds identity 3 alone; identity 2 is missing in group 0; the last row is ignored.
    const rows = plane(0, 1, 40, 80, 2)
    const result = rotatingGallery(rows, [1, 1, 2, 3, -1], [0, 4, 4, 9, 0], {
      dimension: 2,
      maxRank: 2,
    })
    expect(result.galleries).toEqual([
      { group: 0, rates: Float64Array.of(1, 1), probes: 1, identities: 1, skipped: 2 },
      { group: 4, rates: Float64Array.of(1, 1), probes: 1, identities: 2, skipped: 1 },
    ])
    expect(result.rates).toEqual(Float64Array.of(1, 1))
  })

  it.each([
    [[1, 1], [0], {}, ShapeError, { argument: 'groups', value: 1 }],
    [[1, 1], [0, -1], {}, LabelError, { argument: 'groups', row: 1, value: -1 }],
    [[1, 1.5], [0, 1], {}, LabelError, { argument: 'labels', row: 1 }],
    [[1, 1], [0, 1], { maxRank: 0.5 }, ParameterError, { argument: 'maxRank' }],
    [[1, 1], [0, 0], {}, EmptyError, { argument: 'groups' }],
    [[1, 2], [0, 1], {}, EmptyError, { argument: 'groups' }],
  ])('refuses labels %j in groups %j with %j', (labels, groups, options, type, fields) => {
    const attempt = () => rotatingGallery(plane(0, 1), labels, groups, { dimension: 2, ...options })
    expect(attempt).toThrow(type)
    expect(attempt).toThrow(expect.objectContaining(fields))
  })
})
