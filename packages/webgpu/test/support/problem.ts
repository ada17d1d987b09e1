import type { Loss } from '@arcmargin/core'
import { type HeadOptions, type HeadResult, marginLoss } from '@arcmargin/core/head'
import { generator } from '../../../core/test/support/random.js'

export { generator }

/** A batch and weights for it. */
export interface Problem {
  readonly embeddings: Float32Array<ArrayBuffer>
  readonly weights: Float32Array<ArrayBuffer>
  readonly labels: readonly number[]
  readonly classes: number
  readonly dimension: number
  readonly subCenters: number
}

/** Random embeddings near random weights; every fifth row is ignored where `ignore` says so. */
export const createProblem = (
  rows: number,
  classes: number,
  dimension: number,
  {
    subCenters = 1,
    seed = 1,
    ignore = false,
  }: { subCenters?: number; seed?: number; ignore?: boolean } = {},
): Problem => {
  const random = generator(seed)
  const weights = Float32Array.from(
    { length: classes * subCenters * dimension },
    () => random() - 0.5,
  )
  const labels = Array.from({ length: rows }, (_, row) =>
    ignore && row % 5 === 4 ? -1 : Math.floor(random() * classes),
  )
  const embeddings = Float32Array.from({ length: rows * dimension }, (_, index) => {
    const row = Math.floor(index / dimension)
    const own = Math.max(labels[row] as number, 0) * subCenters * dimension + (index % dimension)
    return 0.7 * (weights[own] as number) + 0.6 * (random() - 0.5)
  })
  return { embeddings, weights, labels, classes, dimension, subCenters }
}

/** What core makes of it, in float64 from the same numbers. */
export const inCore = (
  loss: Loss,
  { embeddings, weights, labels, dimension, subCenters }: Problem,
  options: HeadOptions = {},
): HeadResult =>
  marginLoss(
    loss,
    {
      embeddings: Float64Array.from(embeddings),
      classWeights: Float64Array.from(weights),
      labels,
      dimension,
      subCenters,
    },
    { gradients: true, ...options },
  )

/** Largest difference relative to the length of the row it is in. */
export const rowError = (
  found: ArrayLike<number> | undefined,
  expected: ArrayLike<number> | undefined,
  width: number,
): number => {
  if (!found || !expected || found.length !== expected.length) return Number.POSITIVE_INFINITY
  const values = Array.from(expected)
  let longest = 0
  for (let at = 0; at < values.length; at += width) {
    longest = Math.max(longest, Math.hypot(...values.slice(at, at + width)))
  }
  let worst = 0
  for (let at = 0; at < values.length; at += width) {
    const length = Math.max(Math.hypot(...values.slice(at, at + width)), longest * 1e-3, 1e-12)
    for (let i = at; i < Math.min(at + width, values.length); i++) {
      worst = Math.max(worst, Math.abs((found[i] as number) - (values[i] as number)) / length)
    }
  }
  return worst
}
