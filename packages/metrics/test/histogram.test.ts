import { angleHistogram, EmptyError, NonFiniteError, ParameterError } from '@arcmargin/metrics'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

describe('angleHistogram', () => {
  it('counts and summarises', () => {
    // numpy.histogram([0, 0.5, 1, 1.5, 2], bins=4, range=(0, 2)) is [1, 1, 1, 2].
    const result = angleHistogram([2, 0, 0.5, 1.5, 1], { bins: 4, to: 2 })
    expect(result).toEqual({
      edges: Float64Array.of(0, 0.5, 1, 1.5, 2),
      counts: Float64Array.of(1, 1, 1, 2),
      below: 0,
      above: 0,
      mean: 1,
      standardDeviation: expect.closeTo(Math.sqrt(0.5), 15),
      median: 1,
      min: 0,
      max: 2,
    })
  })

  it('has 90 bins from 0 to π by default', () => {
    const { edges, counts } = angleHistogram([Math.PI, 0, 1])
    expect([counts.length, edges[0], edges[90]]).toEqual([90, 0, Math.PI])
    expect([counts[0], counts[28], counts[89]]).toEqual([1, 1, 1])
  })

  it('counts what lies outside, and includes it in the summary', () => {
    const result = angleHistogram([-1, 0.5, 3, 4], { bins: 2, from: 0, to: 1 })
    expect(result).toMatchObject({ below: 1, above: 2, median: 1.75, min: -1, max: 4, mean: 1.625 })
    expect([...result.counts]).toEqual([0, 1])
  })

  it('counts every angle once, where its edges say', () => {
    const angles = fc.array(fc.double({ min: -1, max: 4, noNaN: true }), { minLength: 1 })
    fc.assert(
      fc.property(angles, fc.integer({ min: 1, max: 50 }), (values, bins) => {
        const { edges, counts, below, above } = angleHistogram(values, { bins })
        const expected = Array.from(counts, (_, bin) => {
          const [from, to] = [edges[bin] as number, edges[bin + 1] as number]
          const last = bin === bins - 1
          return values.filter((x) => x >= from && (last ? x <= to : x < to)).length
        })
        expect([...counts]).toEqual(expected)
        expect(below + above + counts.reduce((sum, n) => sum + n, 0)).toBe(values.length)
      }),
    )
  })

  it.each([
    [[], {}, EmptyError, { argument: 'angles', value: 0 }],
    [[1, NaN], {}, NonFiniteError, { argument: 'angles', row: 1, value: NaN }],
    [[1], { bins: 0 }, ParameterError, { argument: 'bins', value: 0, allowed: 'integers from 1' }],
    [[1], { from: 1, to: 1 }, ParameterError, { argument: 'from, to', value: '1, 1' }],
    [[1], { to: Infinity }, ParameterError, { argument: 'from, to' }],
    [[1], { from: NaN }, ParameterError, { argument: 'from, to' }],
  ])('refuses %j with %j', (angles, options, type, fields) => {
    const attempt = () => angleHistogram(angles, options)
    expect(attempt).toThrow(type)
    expect(attempt).toThrow(expect.objectContaining(fields))
  })
})
