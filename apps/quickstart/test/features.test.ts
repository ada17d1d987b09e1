import { describe, expect, test } from 'vitest'
import { describePicture, featureLength, toInk } from '../src/features.js'

const size = 32

/** A grey picture given by its ink at each pixel. */
const grey = (ink: (x: number, y: number) => number): Float32Array =>
  Float32Array.from({ length: size * size * 3 }, (_, i) => {
    const pixel = Math.floor(i / 3)
    return ink(pixel % size, Math.floor(pixel / size))
  })

const featuresOf = (ink: Float32Array): Float32Array => {
  const out = new Float32Array(featureLength).fill(7)
  describePicture(ink, out)
  return out
}

/** The 8 directions of the cell in this row and column. */
const cellOf = (features: Float32Array, row: number, column: number): number[] =>
  Array.from(features.subarray((row * 8 + column) * 8, (row * 8 + column) * 8 + 8))

describe('the front end', () => {
  test('has 512 edges, 48 colours and 64 greys', () => {
    expect(featureLength).toBe(512 + 48 + 64)
  })

  test('describes white as 0', () => {
    const white = new Float32Array(size * size * 3).fill(9)
    toInk(new Uint8Array(size * size * 3).fill(255), white)
    expect(featuresOf(white).every((value) => value === 0)).toBe(true)
  })

  test('describes an even colour by itself: no edges, channel means, one grey', () => {
    const ink = Float32Array.from(
      { length: size * size * 3 },
      (_, i) => [0.2, 0.4, 0.8][i % 3] ?? 0,
    )
    const features = featuresOf(ink)
    expect(features.subarray(0, 512).every((value) => value === 0)).toBe(true)
    expect(features[512]).toBeCloseTo(0.2, 5)
    expect(features[513 + 3 * 7]).toBeCloseTo(0.4, 5)
    expect(features[559]).toBeCloseTo(0.8, 5)
    expect(features[560]).toBeCloseTo(0.299 * 0.2 + 0.587 * 0.4 + 0.114 * 0.8, 5)
    expect(features[623]).toBeCloseTo(features[560] ?? 0, 5)
  })

  test('puts an upright edge into direction 0 of the two columns of cells that it touches', () => {
    const features = featuresOf(grey((x) => (x < 16 ? 0 : 1)))
    // Each touched cell holds 4 gradients of 1: energy 16; in its 3×3 neighbourhood 6 cells of 9 have that.
    const inside = 4 / Math.sqrt((6 * 16) / 9 + 0.01)
    expect(cellOf(features, 4, 3)[0]).toBeCloseTo(inside, 4)
    expect(cellOf(features, 4, 4)[0]).toBeCloseTo(inside, 4)
    // At the border only 6 cells exist, and 4 of them have it.
    expect(cellOf(features, 0, 3)[0]).toBeCloseTo(4 / Math.sqrt((4 * 16) / 6 + 0.01), 4)
    const others = Array.from(features.subarray(0, 512)).filter((value) => value !== 0)
    expect(others).toHaveLength(16)
  })

  test('puts a level edge into direction 4 and a slope of 45° into direction 2', () => {
    const level = cellOf(featuresOf(grey((_, y) => (y < 16 ? 0 : 1))), 3, 4)
    expect(level.findIndex((value) => value > 0.01)).toBe(4)
    const slope = cellOf(featuresOf(grey((x, y) => (x + y) / 62)), 3, 4)
    expect(slope[2]).toBeGreaterThan(0.9)
    expect(slope[1] ?? 1).toBeLessThan(1e-3)
    expect(slope[3] ?? 1).toBeLessThan(1e-3)
  })

  test('shares a direction half-way between two bins equally, and is the same for ink and paper swapped', () => {
    const angle = Math.PI / 16
    const ramp = (sign: number) =>
      grey(
        (x, y) =>
          0.5 + (sign * (x - 16) * Math.cos(angle) + sign * (y - 16) * Math.sin(angle)) / 80,
      )
    const cell = cellOf(featuresOf(ramp(1)), 3, 4)
    expect(cell[0]).toBeCloseTo(cell[1] ?? 0, 3)
    expect(cell[0]).toBeGreaterThan(0.4)
    const swapped = cellOf(featuresOf(ramp(-1)), 3, 4)
    for (const [i, value] of swapped.entries()) expect(value).toBeCloseTo(cell[i] ?? 0, 3)
  })

  test('takes a faint edge for nearly the same as a bold one', () => {
    const bold = cellOf(featuresOf(grey((x) => (x < 16 ? 0 : 1))), 4, 4)[0] ?? 0
    const faint = cellOf(featuresOf(grey((x) => (x < 16 ? 0 : 0.25))), 4, 4)[0] ?? 0
    expect(faint / bold).toBeGreaterThan(0.99)
  })
})
