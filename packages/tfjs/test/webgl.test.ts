import { fileURLToPath } from 'node:url'
import { evaluate, parse } from '@arcmargin/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type OpenPage, openPage } from '../../../scripts/browser.mjs'

let opened: OpenPage
beforeAll(async () => {
  opened = await openPage(fileURLToPath(new URL('support/webgl-page.ts', import.meta.url)))
}, 120_000)
afterAll(() => opened.close())

interface Found {
  readonly values: Float32Array
  readonly shape: number[]
  readonly kernelNames: string[]
}

const compute = async (text: string, given: object): Promise<Found> =>
  (await opened.call('compute', text, given)) as Found

/** Evenly spread over a range; an odd number, so that the last texel is not full. */
const spread = (from: number, to: number): Float32Array =>
  Float32Array.from({ length: 301 }, (_, i) => from + ((to - from) * i) / 300)

/** Largest error relative to the value, or to 1 where that is smaller. */
const worst = (found: Float32Array, expected: (i: number) => number): number =>
  found.reduce((most, value, i) => {
    const exact = expected(i)
    return Math.max(most, Math.abs(value - exact) / Math.max(1, Math.abs(exact)))
  }, 0)

describe('a formula in GLSL', () => {
  it.each([
    ['exp(x) * 1', -80, 80, 3e-6],
    ['exp(x) + 0', -1, 1, 3e-7],
    ['log(x) + 0', 1e-6, 50, 3e-7],
    ['sin(x) + 0', -13, 13, 3e-7],
    ['cos(x) + 0', -13, 13, 3e-7],
    ['sqrt(abs(x)) + floor(x)', -5, 5, 2e-7],
    ['sigmoid(x) - 1', -30, 30, 2e-7],
    ['softplus(x) / 2', -30, 30, 3e-7],
    ['(x - 2)^3 + 0', -5, 5, 4e-7],
    ['abs(x)^1.5 + 0', -5, 5, 2e-6],
    ['x^81 + 0', -1.5, 1.5, 2e-5],
    ['x^100 + 0', -1.5, 1.5, 2e-5],
    ['1 / x^71', -2, -0.5, 2e-5],
    ['1 / (x - 7)^4', -5, 5, 4e-7],
    ['clamp(x, -1, 2) + min(x, 0) * max(x, 1) - -x', -5, 5, 2e-7],
    ['select(x < 0, x, 2 * x) + select(x >= 1, 1, 0) * select(x > 2, x, 1)', -5, 5, 2e-7],
  ])('gives %s', async (text, from, to, most) => {
    const x = spread(from, to)
    const { values, kernelNames } = await compute(text, { x: { values: x, shape: [301] } })
    const formula = parse(text, ['x'])
    expect(worst(values, (i) => evaluate(formula, { x: x[i] as number }))).toBeLessThan(most)
    expect(kernelNames).toEqual(['ArcmarginFormula'])
  })

  it('spreads rows, columns and numbers', async () => {
    const [rows, columns] = [3, 5]
    const given = {
      row: { values: spread(0, 1).slice(0, rows), shape: [rows, 1] },
      column: { values: spread(1, 2).slice(0, columns), shape: [1, columns] },
      each: { values: spread(-1, 1).slice(0, rows * columns), shape: [rows, columns] },
      one: { values: Float32Array.of(0.25), shape: [] },
      scale: 3,
    }
    const text = 'scale * (row - column) + each / one'
    const { values, shape } = await compute(text, given)
    expect(shape).toEqual([rows, columns])
    const { row, column, each } = given
    const exact = (i: number): number =>
      3 *
        ((row.values[Math.floor(i / columns)] as number) - (column.values[i % columns] as number)) +
      (each.values[i] as number) / 0.25
    expect(worst(values, exact)).toBeLessThan(2e-7)
  })

  it('keeps a NaN, but not one of the branch that is discarded', async () => {
    const x = { values: Float32Array.of(Number.NaN, -4, 4), shape: [3] }
    const { values } = await compute('select(x < 0, x, exp(x) - exp(x)) + log(abs(x)) * 0', { x })
    expect(Array.from(values)).toEqual([Number.NaN, -4, 0])
    const large = { values: Float32Array.of(90, -200), shape: [2] }
    const chosen = await compute('select(x > 0, 1, 1 / (x - x)) + 0 * x', { x: large })
    expect(chosen.values[0]).toBe(1)
  })

  it('measures angles from 0 to π, and logarithms near 1', async () => {
    const theta = spread(0, Math.PI)
    const sines = theta.map((value) => Math.abs(Math.sin(value)))
    const cosines = theta.map((value) => Math.cos(value))
    const angles = (await opened.call('call', 'angle', sines, cosines)) as Float32Array
    expect(worst(angles, (i) => Math.atan2(sines[i] as number, cosines[i] as number))).toBeLessThan(
      3e-7,
    )
    const small = Float32Array.of(0, 1e-20, 1e-7, 1e-3, 0.39, 0.41, 5, 1e6)
    const found = (await opened.call('call', 'log1p', small)) as Float32Array
    small.forEach((value, i) => {
      const exact = Math.log1p(value)
      expect(Math.abs((found[i] as number) - exact)).toBeLessThanOrEqual(3e-7 * exact)
    })
  })
})

describe('the rows of a matrix in GLSL', () => {
  it.each([
    [3, 5],
    [4, 64],
    [7, 301],
  ])(
    'of the shape [%i, %i] are multiplied, and measured by their largest entry',
    async (rows, width) => {
      const at = (values: Float32Array, row: number): Float32Array =>
        values.subarray(row * width, (row + 1) * width)
      const [a, b] = [2.3, 3.7].map((pace) =>
        Float32Array.from({ length: rows * width }, (_, i) => Math.sin(pace * i)),
      ) as [Float32Array, Float32Array]
      const products = (await opened.call('reduce', 'dot', [rows, width], a, b)) as Float32Array
      const largest = (await opened.call('reduce', 'largest', [rows, width], a)) as Float32Array
      expect([products.length, largest.length]).toEqual([rows, rows])
      for (let row = 0; row < rows; row++) {
        const exact = at(a, row).reduce(
          (sum, value, d) => sum + value * (at(b, row)[d] as number),
          0,
        )
        expect(Math.abs((products[row] as number) - exact)).toBeLessThan(2e-7 * width)
        expect(largest[row]).toBe(Math.max(...at(a, row).map(Math.abs)))
      }
    },
  )
})
