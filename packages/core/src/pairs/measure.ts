import type { Side } from './side.js'

/** What is known of the pairs of one anchor, a lane each. */
export interface Lanes {
  cosTheta: Float64Array
  sinTheta: Float64Array
  theta: Float64Array
  chord: Float64Array
  distance: Float64Array
  dot: Float64Array
  /** 1 where the pair was measured entry by entry, and is differentiated so. */
  apart: Uint8Array
}

export const createLanes = (size: number): Lanes => ({
  cosTheta: new Float64Array(size),
  sinTheta: new Float64Array(size),
  theta: new Float64Array(size),
  chord: new Float64Array(size),
  distance: new Float64Array(size),
  dot: new Float64Array(size),
  apart: new Uint8Array(size),
})

/** Above this cosine 2 - 2cosθ and 1 - cos²θ have lost too many digits. */
const steep = 0.99

/** Below this share of |a|² + |b|² the square of a distance has lost too many digits. */
const close = 0.02

/** |a + sign·b| without overflow or underflow of the squares. */
const length = (a: Side, i: number, b: Side, j: number, sign: 1 | -1): number => {
  const { dimension } = a
  const [p, q] = [i * dimension, j * dimension]
  let sum = 0
  for (let k = 0; k < dimension; k++) {
    const entry = (a.vectors[p + k] as number) + sign * (b.vectors[q + k] as number)
    sum += entry * entry
  }
  if (sum > 1e-280 && sum < 1e300) return Math.sqrt(sum)
  let largest = 0
  const entryAt = (k: number): number =>
    Math.abs((a.vectors[p + k] as number) + sign * (b.vectors[q + k] as number))
  for (let k = 0; k < dimension; k++) largest = Math.max(largest, entryAt(k))
  if (largest === 0) return 0
  let scaled = 0
  for (let k = 0; k < dimension; k++) scaled += (entryAt(k) / largest) ** 2
  return largest * Math.sqrt(scaled)
}

const product = (a: Side, i: number, b: Side, j: number): number => {
  const { dimension } = a
  let sum = 0
  for (let k = 0; k < dimension; k++) {
    sum += (a.vectors[i * dimension + k] as number) * (b.vectors[j * dimension + k] as number)
  }
  return sum
}

/**
 * Measures an anchor against some columns. `products`, where there are any, holds the anchor's products with all columns from
 * `offset` on; pairs for which they are too coarse, or all where there are none, are measured entry by entry: identical vectors
 * are at distance 0 exactly.
 */
export const measure = (
  lanes: Lanes,
  unit: boolean,
  angular: boolean,
  a: Side,
  i: number,
  b: Side,
  columns: Int32Array,
  count: number,
  products: Float64Array | undefined,
  offset: number,
): void => {
  const { cosTheta, sinTheta, theta, chord, distance, dot, apart } = lanes
  const own = a.norms[i] as number
  for (let lane = 0; lane < count; lane++) {
    const j = columns[lane] as number
    const known = products ? (products[offset + j] as number) : product(a, i, b, j)
    const other = b.norms[j] as number
    if (!unit) {
      const squares = own * own + other * other
      const square = squares - 2 * known
      const coarse = !products || !(square > close * squares && squares < 1e300 && squares > 1e-280)
      dot[lane] = known
      distance[lane] = coarse ? length(a, i, b, j, -1) : Math.sqrt(square)
      apart[lane] = coarse ? 1 : 0
      continue
    }
    cosTheta[lane] = known
    apart[lane] = products ? 0 : 1
    if (!angular) continue
    // A zero vector is at a right angle to everything.
    if (Math.abs(known) < steep || own === 0 || other === 0) {
      sinTheta[lane] = Math.sqrt((1 - known) * (1 + known))
      theta[lane] = Math.acos(known)
      chord[lane] = Math.sqrt(2 - 2 * known)
      continue
    }
    // Kahan: |a - b| = 2·sin(θ/2) and |a + b| = 2·cos(θ/2) keep their digits.
    const minus = length(a, i, b, j, -1)
    const plus = length(a, i, b, j, 1)
    cosTheta[lane] = (plus * plus - minus * minus) / 4
    sinTheta[lane] = (plus * minus) / 2
    theta[lane] = 2 * Math.atan2(minus, plus)
    chord[lane] = minus
    apart[lane] = 1
  }
}

/** Directions nearer than this are equal to rounding. */
const noDirection = 1e-15

/** Adds to x_i's gradient `slope` times the derivative by x_i of one measure of the pair (x_i, y_j). */
export type Pull = (x: Side, i: number, y: Side, j: number, slope: number) => void

/**
 * Of θ, along the tangent, of which equal, opposite and zero vectors have none. The tangent at x towards y is
 * (y - x) + |y - x|²/2·x near 0 and (y + x) - |y + x|²/2·x near π: no difference cancels.
 */
export const pullAngle: Pull = (x, i, y, j, slope) => {
  if (x.gradient.length === 0 || x.norms[i] === 0 || y.norms[j] === 0) return
  const { dimension } = x
  const [p, q] = [i * dimension, j * dimension]
  const sign = product(x, i, y, j) > 0 ? -1 : 1
  const gap = length(x, i, y, j, sign)
  const along = (-sign * gap * gap) / 2
  const entryAt = (k: number): number => {
    const own = x.vectors[p + k] as number
    return (y.vectors[q + k] as number) + sign * own + along * own
  }
  let square = 0
  for (let k = 0; k < dimension; k++) square += entryAt(k) ** 2
  if (gap < noDirection || square === 0) return
  const factor = -slope / Math.sqrt(square)
  for (let k = 0; k < dimension; k++) {
    x.gradient[p + k] = (x.gradient[p + k] as number) + factor * entryAt(k)
  }
}

/** Of the distance, along the difference, which equal vectors have not. */
export const pullDistance: Pull = (x, i, y, j, slope) => {
  const distance = x.gradient.length === 0 ? 0 : length(x, i, y, j, -1)
  if (distance === 0) return
  const { dimension } = x
  const [p, q] = [i * dimension, j * dimension]
  for (let k = 0; k < dimension; k++) {
    const share = ((x.vectors[p + k] as number) - (y.vectors[q + k] as number)) / distance
    x.gradient[p + k] = (x.gradient[p + k] as number) + slope * share
  }
}

/** Of the product. */
export const pullProduct: Pull = (x, i, y, j, slope) => {
  if (x.gradient.length === 0) return
  const { dimension } = x
  const [p, q] = [i * dimension, j * dimension]
  for (let k = 0; k < dimension; k++) {
    x.gradient[p + k] = (x.gradient[p + k] as number) + slope * (y.vectors[q + k] as number)
  }
}
