import type { Tolerance } from './backend.js'
import { flatten, type VectorCase } from './schema.js'

/** Directions that are equal to rounding: cosθ is ±1 there, and θ exact. */
const collinear = 1e-12

/** The smallest sine of an angle between a sample and a weight of its class, collinear ones left out; 1 where nothing is smaller. */
const smallestSine = ({ x, W, labels, D, K = 1 }: VectorCase): number => {
  const [samples, weights] = [flatten(x ?? []), flatten(W ?? [])]
  const unit = (values: Float64Array, row: number): Float64Array => {
    const vector = values.subarray(row * D, (row + 1) * D)
    const norm = Math.hypot(...vector)
    return norm === 0 ? new Float64Array(D) : vector.map((value) => value / norm)
  }
  let smallest = 1
  labels.forEach((label, row) => {
    if (label < 0) return
    const sample = unit(samples, row)
    for (let k = 0; k < K; k++) {
      const weight = unit(weights, label * K + k)
      const apart = Math.hypot(...sample.map((value, d) => value - (weight[d] as number)))
      const opposite = Math.hypot(...sample.map((value, d) => value + (weight[d] as number)))
      // |x̂ - ŵ|·|x̂ + ŵ| = 2 sinθ, without the digits that 1 - cos² loses.
      const sine = (apart * opposite) / 2
      if (sine > collinear) smallest = Math.min(smallest, sine)
    }
  })
  return smallest
}

/**
 * A backend's tolerance for a case. It is meant for logits up to 64 and for angles from 0.02 to π - 0.02: what an error of a cosine becomes
 * in exponentials grows with the scale, and the direction in which an angle grows has digits in proportion to its sine. A batch of one
 * has the error of its row.
 *
 * The references take θ as acos(cosθ), which is wrong by an ulp over sinθ, and divide gradients by sqrt(1 - cos²θ), wrong by an ulp over
 * sin²θ. A float64 backend is allowed as much.
 */
export const toleranceOf = (tolerance: Tolerance, vector: VectorCase): Tolerance => {
  const sine = smallestSine(vector)
  const values = (16 * Number.EPSILON) / sine
  const largest = flatten(vector.logits ?? []).reduce((most, z) => Math.max(most, Math.abs(z)), 0)
  const size = Math.max(1, largest / 64)
  const { logits, loss, rows = loss, gradients } = tolerance
  return {
    logits: Math.max(logits, values),
    loss: Math.max((vector.labels.length === 1 ? rows : loss) * size, values),
    rows: Math.max(rows * size, values),
    gradients: Math.max(
      gradients * size * Math.max(1, 0.02 / sine),
      (4 * Number.EPSILON) / sine ** 2,
    ),
  }
}

/**
 * 1 - p of the hardest sample, from the expected logits of a softmax. Where all samples are easy it is small, the gradients with it,
 * and the reference's p - 1 has as few digits as 1 - p is below 1.
 *
 * @param columns [N] the targets' columns, -1 where ignored.
 */
export const hardest = (logits: Float64Array, columns: readonly number[]): number => {
  const width = logits.length / columns.length
  const misses = columns.map((column, row) => {
    if (column < 0) return 0
    const values = logits.subarray(row * width, (row + 1) * width)
    const largest = values.reduce((most, value) => Math.max(most, value), -Infinity)
    const others = values.reduce(
      (sum, value, at) => (at === column ? sum : sum + Math.exp(value - largest)),
      0,
    )
    return others / (others + Math.exp((values[column] as number) - largest))
  })
  return Math.max(Number.EPSILON, ...misses)
}
