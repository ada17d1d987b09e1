import { describe, expect, test } from 'vitest'
import { augment } from '../src/augment.js'
import { type Random, random } from '../src/random.js'

const length = 32 * 32 * 3

const noise = (): Float32Array => {
  const chance = random(1, 'noise')
  return Float32Array.from({ length }, () => chance.between(0, 0.6))
}

/** Answers with these numbers instead of random ones: angle, zoom, shifts, colour, strength. */
const scripted = (...answers: number[]): Random => ({
  ...random(0, 'scripted'),
  between: () => answers.shift() ?? Number.NaN,
})

const changed = (ink: Float32Array, ...answers: number[]): Float32Array => {
  const out = new Float32Array(length)
  augment(ink, out, scripted(...answers))
  return out
}

describe('augment', () => {
  test('without any change gives the picture back', () => {
    const ink = noise()
    const out = changed(ink, 0, 1, 0, 0, 1, 1)
    expect(Math.max(...out.map((value, i) => Math.abs(value - (ink[i] ?? 0))))).toBeLessThan(1e-6)
  })

  test('shifts by whole pixels, and white comes in from outside', () => {
    const ink = noise()
    const out = changed(ink, 0, 1, 2, -1, 1, 1)
    for (const [x, y] of [
      [10, 10],
      [2, 30],
      [31, 0],
    ] as const) {
      expect(out[(y * 32 + x) * 3]).toBeCloseTo(ink[((y + 1) * 32 + x - 2) * 3] ?? 0, 5)
    }
    expect(out[(10 * 32 + 1) * 3]).toBe(0)
    expect(out[(31 * 32 + 10) * 3]).toBe(0)
  })

  test('halves between two pixels', () => {
    const ink = noise()
    const out = changed(ink, 0, 1, 0.5, 0, 1, 1)
    const at = (10 * 32 + 10) * 3
    expect(out[at]).toBeCloseTo(((ink[at] ?? 0) + (ink[at - 3] ?? 0)) / 2, 5)
  })

  test('turns a quarter: a pixel right of the centre comes to lie below it', () => {
    const ink = new Float32Array(length)
    ink.fill(0.5, (15 * 32 + 25) * 3, (15 * 32 + 25) * 3 + 3)
    const out = changed(ink, Math.PI / 2, 1, 0, 0, 1, 1)
    expect(out[(25 * 32 + 16) * 3]).toBeCloseTo(0.5, 5)
    expect(out.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1.5, 4)
  })

  test('takes the colour away, strengthens and stays within 0 and 1', () => {
    const ink = new Float32Array(length).map((_, i) => [0.2, 0.4, 0.9][i % 3] ?? 0)
    const at = (16 * 32 + 16) * 3
    const grey = 0.299 * 0.2 + 0.587 * 0.4 + 0.114 * 0.9
    const pale = changed(ink, 0, 1, 0, 0, 0, 1)
    for (const channel of [0, 1, 2]) expect(pale[at + channel]).toBeCloseTo(grey, 5)
    const strong = changed(ink, 0, 1, 0, 0, 1, 1.3)
    expect(strong[at]).toBeCloseTo(0.26, 5)
    expect(strong[at + 2]).toBe(1)
  })
})

describe('random', () => {
  test('repeats with the seed and differs between seeds and purposes', () => {
    const draw = (seed: number, purpose: string) =>
      Array.from({ length: 4 }, () => 0).map((_, __, ___, chance = random(seed, purpose)) =>
        chance.between(0, 1),
      )
    expect(draw(3, 'a')).toEqual(draw(3, 'a'))
    expect(draw(3, 'a')[0]).not.toBe(draw(4, 'a')[0])
    expect(draw(3, 'a')[0]).not.toBe(draw(3, 'b')[0])
  })

  test('is even over its range', () => {
    const chance = random(5, 'even')
    const values = Array.from({ length: 20_000 }, () => chance.between(-1, 3))
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    expect(mean).toBeCloseTo(1, 1)
    expect(Math.min(...values)).toBeGreaterThanOrEqual(-1)
    expect(Math.max(...values)).toBeLessThan(3)
  })

  test('orders every number exactly once', () => {
    const order = random(0, 'order').permutation(500)
    expect(Array.from(order).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 500 }, (_, i) => i),
    )
    expect(order[0] === 0 && order[1] === 1).toBe(false)
  })
})
