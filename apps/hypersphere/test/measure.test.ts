import { describe, expect, it } from 'vitest'
import { measure } from '../src/training/measure.js'
import { evenDirections } from '../src/training/net.js'

const radians = (degrees: number): number => (degrees * Math.PI) / 180
const labels = Array.from({ length: 8 * 21 }, (_, row) => Math.floor(row / 21))

/** 21 digits a class, spread evenly over ±spread degrees around 45° · class. */
const fan = (spread: number): number[] =>
  labels.flatMap((label, row) => {
    const angle = radians(45 * label + (spread * ((row % 21) - 10)) / 10)
    // Lengths must not matter.
    return [(1 + (row % 3)) * Math.cos(angle), (1 + (row % 3)) * Math.sin(angle)]
  })

const on = { dimension: 2 } as const

describe('gaps on the circle', () => {
  it.each([
    [10, 27],
    [20, 9],
    [30, -9],
  ])('are what classes of ±%i° leave of 45°', (spread, gap) => {
    const found = measure(fan(spread), evenDirections(2), labels, on)
    // 95 % of 21 digits that are evenly spread reach 0.9 of the spread.
    for (const neighbours of found.neighbours) {
      expect(neighbours.gap).toBeCloseTo(radians(gap), 12)
      expect(neighbours.spacing).toBeCloseTo(radians(45), 12)
    }
    expect(found.positiveGaps).toBe(gap > 0 ? 8 : 0)
    expect(found.meanGap).toBeCloseTo(radians(gap), 12)
    expect(found.smallestSpacing).toBeCloseTo(radians(45), 12)
  })

  it('go once around, each class with the next', () => {
    const { neighbours } = measure(fan(10), evenDirections(2), labels, on)
    const after = new Map(neighbours.map(({ classes }) => classes))
    for (let digit = 0; digit < 8; digit++) expect(after.get(digit)).toBe((digit + 1) % 8)
  })
})

describe('accuracy', () => {
  it('is the share of digits whose own class weight is the nearest', () => {
    // ±30° of 45°: of 21 digits those beyond 22.5° are nearer to the neighbour, 2 · 3.
    const { accuracy } = measure(fan(30), evenDirections(2), labels, on)
    expect(accuracy).toBeCloseTo(15 / 21, 12)
  })

  it('of a linear layer takes lengths and biases into account', () => {
    const weights = evenDirections(2).map((value, i) => (i < 2 ? 100 * value : value))
    const shareWith = (biases: readonly number[]) =>
      measure(fan(10), weights, labels, { dimension: 2, biases }).accuracy
    expect(measure(fan(10), weights, labels, on).accuracy).toBe(1)
    // The long weight takes every digit within 90° of it from the classes at ±45°, and some of those at ±90°.
    expect(shareWith([0, 0, 0, 0, 0, 0, 0, 0])).toBeLessThan(0.8)
    expect(shareWith([0, 0, 0, 0, 0, 1e4, 0, 0])).toBeCloseTo(1 / 8, 12)
  })
})

describe('the sphere', () => {
  it('starts with corners of a square antiprism: every class has its nearest at the same angle', () => {
    const directions = evenDirections(3)
    const own = Array.from({ length: 8 }, (_, row) => row)
    const { neighbours } = measure(directions, directions, own, { dimension: 3 })
    // Tammes' problem for 8 points: 74.8585°.
    for (const { spacing } of neighbours) expect(spacing).toBeCloseTo(radians(74.8585), 5)
  })
})
