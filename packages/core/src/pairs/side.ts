import type { FloatArray } from '../head/batch.js'
import { normalize } from '../head/normalize.js'
import type { Members } from './direction.js'

/** Samples in one role: anchors, or those they are compared with. */
export interface Side extends Members {
  readonly dimension: number
  /** [rows, D] unit or raw, in float64. */
  readonly vectors: Float64Array
  /** [rows] |x|; 0 for a zero vector. */
  readonly norms: Float64Array
  /** [rows, D] gradient by `vectors`, filled by the backward pass. */
  readonly gradient: Float64Array
}

/** Reads samples; refuses what is not finite. */
export const readSide = (
  argument: string,
  embeddings: FloatArray,
  labels: Int32Array,
  dimension: number,
  unit: boolean,
  wanted: boolean,
): Side => {
  const rows = labels.length
  const vectors = new Float64Array(rows * dimension)
  const norms = new Float64Array(rows)
  for (let row = 0; row < rows; row++) {
    const start = row * dimension
    norms[row] = normalize(argument, row, embeddings, start, 1, vectors, start, dimension)
  }
  return {
    ofOthers: argument !== 'embeddings',
    rows,
    dimension,
    // Checked above in either case.
    vectors: unit ? vectors : Float64Array.from(embeddings),
    norms,
    labels,
    source: Int32Array.from({ length: rows }, (_, row) => row),
    gradient: new Float64Array(wanted ? rows * dimension : 0),
  }
}

/** Some rows of a side in a role of their own. */
export const selectRows = (side: Side, rows: readonly number[]): Side => {
  const { dimension, vectors } = side
  const taken = new Float64Array(rows.length * dimension)
  rows.forEach((row, at) => {
    taken.set(vectors.subarray(row * dimension, (row + 1) * dimension), at * dimension)
  })
  return {
    ofOthers: side.ofOthers,
    rows: rows.length,
    dimension,
    vectors: taken,
    norms: Float64Array.from(rows, (row) => side.norms[row] as number),
    labels: Int32Array.from(rows, (row) => side.labels[row] as number),
    source: Int32Array.from(rows),
    gradient: new Float64Array(side.gradient.length > 0 ? taken.length : 0),
  }
}

/** Adds a side's gradient, taken back through the normalisation, to the caller's rows. */
export const collect = (side: Side, unit: boolean, total: Float64Array): void => {
  const { dimension, vectors, gradient, norms } = side
  for (let row = 0; row < side.rows; row++) {
    const from = row * dimension
    const to = (side.source[row] as number) * dimension
    const norm = unit ? (norms[row] as number) : 1
    if (norm === 0) continue
    let along = 0
    if (unit) {
      for (let k = from; k < from + dimension; k++) {
        along += (gradient[k] as number) * (vectors[k] as number)
      }
    }
    for (let k = 0; k < dimension; k++) {
      const value = (gradient[from + k] as number) - along * (vectors[from + k] as number)
      total[to + k] = (total[to + k] as number) + value / norm
    }
  }
}
