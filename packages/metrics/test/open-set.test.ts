import {
  EmptyError,
  LabelError,
  NonFiniteError,
  ParameterError,
  ShapeError,
  tpirAtFpir,
} from '@arcmargin/metrics'
import { describe, expect, it } from 'vitest'
import { generator, integers, tiedRows } from './random.js'
import { cosines } from './reference.js'

describe('tpirAtFpir', () => {
  it.each([1, 2, 3, 4])('agrees with brute force, ties and all (%d)', (seed) => {
    const random = generator(seed)
    const dimension = 3
    const gallery = {
      embeddings: tiedRows(random, 25, dimension),
      labels: integers(random, 25, -1, 6),
    }
    const probes = {
      embeddings: tiedRows(random, 40, dimension),
      labels: integers(random, 40, -1, 12),
    }
    const scores = cosines(probes.embeddings, gallery.embeddings, dimension)
    const identities = [...new Set(gallery.labels)].filter((id) => id >= 0)
    const bests = scores.map((row) =>
      identities.map((id) => Math.max(...row.filter((_, j) => gallery.labels[j] === id))),
    )
    const mated = probes.labels.flatMap((label, i) => {
      const own = identities.indexOf(label)
      const mate = bests[i]?.[own] as number
      const before = bests[i]?.filter((score, id) => id !== own && score >= mate).length ?? 0
      return own < 0 ? [] : [{ mate, rank: before + 1 }]
    })
    const alarms = probes.labels.flatMap((label, i) =>
      label < 0 || identities.includes(label) ? [] : [Math.max(...(bests[i] as number[]))],
    )
    for (const rank of [1, 2, 5]) {
      const found = mated.filter((probe) => probe.rank <= rank).map(({ mate }) => mate)
      const thresholds = [...new Set([...found, ...alarms])].sort((a, b) => b - a)
      const rate = (t: number) => alarms.filter((score) => score >= t).length / alarms.length
      const result = tpirAtFpir(probes, gallery, { dimension, fpirs: [0, 0.1, 0.3, 1], rank })
      expect([result.mated, result.nonMated]).toEqual([mated.length, alarms.length])
      expect(result.points).toEqual(
        [0, 0.1, 0.3, 1].map((fpir) => {
          const threshold = thresholds.filter((t) => rate(t) <= fpir).at(-1) ?? Infinity
          return {
            fpir,
            tpir: found.filter((score) => score >= threshold).length / mated.length,
            threshold,
            actualFpir: rate(threshold),
            resolved: fpir * alarms.length >= 1,
          }
        }),
      )
    }
  })

  const gallery = { embeddings: Float32Array.of(1, 0, 0, 1), labels: [0, 1] }
  const probes = { embeddings: Float32Array.of(9, 1, 1, 1), labels: [0, 5] }

  it('asks for 0.1, 0.01 and 0.001 at rank 1 by default', () => {
    const { points } = tpirAtFpir(probes, gallery, { dimension: 2 })
    expect(points.map(({ fpir, tpir, resolved }) => [fpir, tpir, resolved])).toEqual([
      [0.1, 1, false],
      [0.01, 1, false],
      [0.001, 1, false],
    ])
  })

  it('is 0 when no mate is within the rank', () => {
    const confused = { ...probes, labels: [1, 5] }
    const result = tpirAtFpir(confused, gallery, { dimension: 2, fpirs: [1] })
    expect(result.points).toMatchObject([{ tpir: 0, actualFpir: 1 }])
    const second = tpirAtFpir(confused, gallery, { dimension: 2, fpirs: [1], rank: 2 })
    expect(second.points).toMatchObject([{ tpir: 1, actualFpir: 1 }])
  })

  it.each([
    [{ ...probes, labels: [0, 1] }, gallery, {}, EmptyError, { message: /no non-mated probe/ }],
    [{ ...probes, labels: [7, 5] }, gallery, {}, EmptyError, { message: /no mated probe/ }],
    [{ ...probes, labels: [-1, -1] }, gallery, {}, EmptyError, { argument: 'probes.labels' }],
    [probes, { ...gallery, labels: [-1, -1] }, {}, EmptyError, { argument: 'gallery.labels' }],
    [probes, gallery, { fpirs: [2] }, ParameterError, { argument: 'fpirs', row: 0, value: 2 }],
    [probes, gallery, { fpirs: [] }, ShapeError, { argument: 'fpirs' }],
    [probes, gallery, { rank: 0 }, ParameterError, { argument: 'rank', value: 0 }],
    [probes, { ...gallery, labels: [0] }, {}, ShapeError, { argument: 'gallery.labels' }],
    [
      { ...probes, labels: [0, -2] },
      gallery,
      {},
      LabelError,
      { argument: 'probes.labels', row: 1 },
    ],
    [{ ...probes, embeddings: new Float32Array(4) }, gallery, {}, NonFiniteError, { row: 0 }],
  ])(
    'refuses %j in %j with %j',
    (badProbes, badGallery, options, type, { message, ...fields }: Fields) => {
      const attempt = () => tpirAtFpir(badProbes, badGallery, { dimension: 2, ...options })
      expect(attempt).toThrow(type)
      expect(attempt).toThrow(message ?? /./)
      expect(attempt).toThrow(expect.objectContaining(fields))
    },
  )
})

type Fields = { message?: RegExp; argument?: string; row?: number; value?: unknown }
