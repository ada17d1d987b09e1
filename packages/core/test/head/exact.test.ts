import { describe, expect, test } from 'vitest'
import { type FloatArray, marginLoss } from '../../src/head/index.js'
import { arcFace, combined, cosFace, type Loss, sphereFaceR } from '../../src/index.js'
import fixture from '../fixtures/arcface-exact.json' with { type: 'json' }

interface Case {
  readonly name: string
  readonly x: readonly (readonly number[])[]
  readonly w: readonly (readonly number[])[]
  readonly labels: readonly number[]
  readonly results: readonly {
    readonly loss: string
    readonly scale: number
    readonly losses: readonly number[]
    readonly x: readonly (readonly number[])[]
    readonly w: readonly (readonly number[])[]
  }[]
}

const losses: Readonly<Record<string, (scale: number) => Loss>> = {
  'arcFace linear': (scale) => arcFace({ scale }),
  'arcFace none': (scale) => arcFace({ scale, pastPi: 'none' }),
  'arcFace mirror': (scale) => arcFace({ scale, pastPi: 'mirror' }),
  cosFace: (scale) => cosFace({ scale }),
  sphereFaceR: (scale) => sphereFaceR({ scale }),
  combined: (scale) => combined({ scale, m1: 0.9, m2: 0.4, m3: 0.15 }),
}

const float32 = (values: readonly number[]): FloatArray => Float32Array.from(values)
// The inputs are float32 numbers in as few digits as name them.
const float64 = (values: readonly number[]): FloatArray => Float64Array.from(values, Math.fround)

/** Largest error of a row over the row's length. */
const rowError = (found: ArrayLike<number>, rows: readonly (readonly number[])[]): number[] =>
  rows.map((row, index) => {
    const errors = row.map((value, d) =>
      Math.abs((found[index * row.length + d] as number) - value),
    )
    return Math.max(...errors) / Math.hypot(...row)
  })

/** Relative errors of every row: losses, gradients by x and by w. */
const errorsOf = (one: Case, result: Case['results'][number], cast: typeof float32) => {
  const loss = losses[result.loss] as (scale: number) => Loss
  const found = marginLoss(
    loss(result.scale),
    {
      embeddings: cast(one.x.flat()),
      classWeights: cast(one.w.flat()),
      labels: one.labels,
      dimension: (one.x[0] as readonly number[]).length,
    },
    { gradients: true },
  )
  return {
    losses: result.losses.map(
      (value, row) => Math.abs((found.losses[row] as number) - value) / value,
    ),
    x: rowError(found.gradients.embeddings ?? [], result.x),
    w: rowError(found.gradients.classWeights ?? [], result.w),
  }
}

const near: readonly (Case & { readonly theta: number })[] = fixture.near
const easy: readonly Case[] = fixture.easy
const wide: Case & { readonly thetas: readonly number[] } = fixture.wide

/** float64 unit vectors are off by 1e-16, and a tangent by that much over the sine. */
const limit = (theta: number): number => Math.max(1e-13, 1e-16 / Math.sin(theta))

describe.each(near)('in 60 digits, row 0 at θ = $name', (one) => {
  test.each(one.results)('$loss in float64', (result) => {
    const { losses, x, w } = errorsOf(one, result, float64)
    expect(Math.max(...losses)).toBeLessThan(1e-13)
    expect(x[0]).toBeLessThan(limit(one.theta))
    expect(w[0]).toBeLessThan(limit(one.theta))
    expect(Math.max(...x.slice(1), ...w.slice(1))).toBeLessThan(1e-13)
  })

  test.each(one.results)('$loss in float32: the rounding of the results', (result) => {
    const { losses, x, w } = errorsOf(one, result, float32)
    expect(Math.max(...losses)).toBeLessThan(1e-13)
    expect(Math.max(...x, ...w)).toBeLessThan(6e-8)
  })
})

describe('512 dimensions, rows at θ = 1e-5, 1e-3, 0.1 and 3.14', () => {
  // From the design: float32 errors of cos(θ + 0.5)·64 by x via a tangent that is computed in float32.
  const table = [2.8e-2, 7.4e-4, 6.6e-6, 1.1e-4]
  test.each(wide.results)('$loss', (result) => {
    const exact = errorsOf(wide, result, float64)
    expect(Math.max(...exact.losses, ...exact.w)).toBeLessThan(1e-13)
    exact.x.forEach((error, row) => {
      expect(error).toBeLessThan(limit(wide.thetas[row] as number))
    })
    const single = errorsOf(wide, result, float32)
    single.x.forEach((error, row) => {
      expect(error).toBeLessThan(Math.min(6e-8, table[row] as number))
    })
    expect(Math.max(...single.w)).toBeLessThan(6e-8)
  })
})

describe('easy samples keep all their digits', () => {
  const cases = easy.flatMap((one) => one.results.map((result) => ({ one, result, ...one })))
  test.each(cases)('$name', ({ one, result, name }) => {
    expect(result.losses[0]).toBeLessThan(Number(name.split(', ')[1]) * 10)
    const { losses, x, w } = errorsOf(one, result, float64)
    expect(Math.max(...losses, ...x, ...w)).toBeLessThan(1e-12)
  })
})
