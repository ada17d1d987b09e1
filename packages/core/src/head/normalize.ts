import { NonFiniteError } from '../errors.js'
import type { FloatArray } from './batch.js'

/** Shorter vectors count as zero: their gradient, which grows with 1/norm, would leave the range of the type. */
const shortest = (values: FloatArray): number => (values instanceof Float32Array ? 1e-30 : 1e-290)

/**
 * Stage 1. Writes v/|v| and returns |v|. A zero vector has unit vector 0 and norm 0.
 *
 * @throws NonFiniteError naming the argument, the row and the value.
 */
export const normalize = (
  argument: string,
  row: number,
  values: FloatArray,
  start: number,
  stride: number,
  unit: Float64Array,
  offset: number,
  dimension: number,
): number => {
  let sum = 0
  for (let d = 0; d < dimension; d++) {
    const value = values[start + d * stride] as number
    unit[offset + d] = value
    sum += value * value
  }
  let norm = Math.sqrt(sum)
  // The squares of very small or large values leave the range of a double: measure those relative to the largest.
  if (!(sum > 1e-280 && sum < 1e300)) {
    let largest = 0
    for (let d = 0; d < dimension; d++) {
      const size = Math.abs(unit[offset + d] as number)
      if (!(size < Infinity)) {
        throw new NonFiniteError('is not finite', {
          argument,
          row,
          value: values[start + d * stride],
          allowed: 'finite numbers',
        })
      }
      largest = Math.max(largest, size)
    }
    if (largest > 0) {
      let scaled = 0
      for (let d = 0; d < dimension; d++) scaled += ((unit[offset + d] as number) / largest) ** 2
      norm = largest * Math.sqrt(scaled)
    }
  }
  if (norm < shortest(values)) {
    unit.fill(0, offset, offset + dimension)
    return 0
  }
  for (let d = 0; d < dimension; d++) unit[offset + d] = (unit[offset + d] as number) / norm
  return norm
}
