import type { Centers } from './layout.js'
import type { Pooling } from './pooling.js'
import type { Scratch } from './scratch.js'
import { isHere } from './shard.js'

/** The N target entries, measured accurately: each row against every sub-center of its own class. */
export interface Targets {
  /** [N] pooled cosine. */
  readonly cosines: Float64Array
  /** [N] sine, from the tangent vector: accurate where sqrt(1 - cos²) has lost every digit. */
  readonly sines: Float64Array
  /** [N] angle in radians. */
  readonly angles: Float64Array
  /** [N] norm of the pooled sub-center. */
  readonly norms: Float64Array
  /** [N] sub-center that was pooled. */
  readonly chosen: Int32Array
  /** [N, K] cosine with each sub-center. */
  readonly each: Float64Array
  /** [N·K, D] unit vectors of the own class's sub-centers. */
  readonly units: Float64Array
  /** [N·K] their norms. */
  readonly unitNorms: Float64Array
}

/** Below this sine two directions are equal to rounding: the tangent has no direction. */
const noDirection = 1e-15

/**
 * Writes the unit tangent at `from` that points to `to` and returns the sine of their angle; both are unit vectors at index·D.
 * Orthogonalised twice, since the first difference cancels for small angles. No direction: zero vector and sine 0.
 */
export const tangent = (
  from: Float64Array,
  fromStart: number,
  to: Float64Array,
  toStart: number,
  dimension: number,
  out: Float64Array,
): number => {
  let cosine = 0
  for (let d = 0; d < dimension; d++) {
    cosine += (from[fromStart + d] as number) * (to[toStart + d] as number)
  }
  for (let d = 0; d < dimension; d++) {
    out[d] = (to[toStart + d] as number) - cosine * (from[fromStart + d] as number)
  }
  let along = 0
  for (let d = 0; d < dimension; d++) along += (out[d] as number) * (from[fromStart + d] as number)
  let square = 0
  for (let d = 0; d < dimension; d++) {
    const value = (out[d] as number) - along * (from[fromStart + d] as number)
    out[d] = value
    square += value * value
  }
  const sine = Math.sqrt(square)
  const scale = sine > noDirection ? 1 / sine : 0
  for (let d = 0; d < dimension; d++) out[d] = (out[d] as number) * scale
  return scale === 0 ? 0 : sine
}

/** Measures the target entries that are here; rows that are ignored (column -1) keep angle π/2 and take part in nothing. */
export const measureTargets = (
  embeddings: Float64Array,
  embeddingNorms: Float64Array,
  columns: Int32Array,
  centers: Centers,
  pooling: Pooling,
  room: Scratch,
): Targets => {
  const rows = columns.length
  const { dimension, subCenters } = centers
  const units = room.take('units', rows * subCenters * dimension)
  const unitNorms = new Float64Array(rows * subCenters)
  const each = new Float64Array(rows * subCenters)
  const cosines = new Float64Array(rows)
  const sines = new Float64Array(rows).fill(1)
  const angles = new Float64Array(rows).fill(Math.PI / 2)
  const norms = new Float64Array(rows)
  const chosen = new Int32Array(rows)
  const scratch = new Float64Array(dimension)
  for (let row = 0; row < rows; row++) {
    const column = columns[row] as number
    if (!isHere(column)) continue
    const first = row * subCenters
    for (let k = 0; k < subCenters; k++) {
      const offset = (first + k) * dimension
      unitNorms[first + k] = centers.unit(column, k, units, offset)
      let sum = 0
      for (let d = 0; d < dimension; d++) {
        sum += (embeddings[row * dimension + d] as number) * (units[offset + d] as number)
      }
      each[first + k] = sum
    }
    const cosine = pooling.pool(each, first)
    const which = pooling.which
    cosines[row] = cosine
    chosen[row] = which
    norms[row] = unitNorms[first + which] as number
    // A zero vector is at a right angle to everything: cosine 0, no tangent.
    if (embeddingNorms[row] === 0 || norms[row] === 0) continue
    const sine = pooling.soft
      ? Math.sqrt((1 - cosine) * (1 + cosine))
      : tangent(embeddings, row * dimension, units, (first + which) * dimension, dimension, scratch)
    sines[row] = sine
    angles[row] = Math.atan2(sine, cosine)
  }
  return { cosines, sines, angles, norms, chosen, each, units, unitNorms }
}
