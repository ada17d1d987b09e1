import { describe, expect, test } from 'vitest'
import { fittedExponent, median, summarise } from '../src/run/statistics.js'

describe('median', () => {
  test('is the middle value, or the mean of the two in the middle', () => {
    expect(median([30, 1, 2])).toBe(2)
    expect(median([10, 1, 4, 3])).toBe(3.5)
    expect(median([7])).toBe(7)
  })

  test('of nothing is NaN', () => {
    expect(median([])).toBeNaN()
  })
})

test('a summary has the median and the range, and leaves its argument in order', () => {
  const times = [5, 9, 1]
  expect(summarise(times)).toEqual({ median: 5, fastest: 1, slowest: 9 })
  expect(times).toEqual([5, 9, 1])
})

describe('fittedExponent', () => {
  test('finds the exponent of a power law', () => {
    const points = [1, 2, 5, 40].map((x) => [x, 3 * x ** 1.7] as const)
    expect(fittedExponent(points)).toBeCloseTo(1.7, 12)
  })

  test('is least squares in the logarithms', () => {
    // log y: 0, 1, 5 over log x: 0, 1, 2 has slope 5/2.
    const points = [0, 1, 5].map((y, x) => [Math.exp(x), Math.exp(y)] as const)
    expect(fittedExponent(points)).toBeCloseTo(2.5, 12)
  })

  test('is NaN without two sizes', () => {
    const same = [
      [4, 1],
      [4, 2],
    ] as const
    expect(fittedExponent(same)).toBeNaN()
    expect(fittedExponent([])).toBeNaN()
  })
})
