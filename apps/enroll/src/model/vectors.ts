/** A vector of length 1 in the same direction; zero stays zero. */
export const normalised = (vector: Float32Array): Float32Array => {
  const norm = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0))
  return norm === 0 ? vector.slice() : vector.map((value) => value / norm)
}

/** a - b. */
export const minus = (a: Float32Array, b: Float32Array): Float32Array =>
  a.map((value, i) => value - (b[i] as number))

/** The mean of rows of one length. */
export const meanOf = (rows: readonly Float32Array[], dimension: number): Float32Array => {
  const sums = new Float64Array(dimension)
  for (const row of rows) {
    for (const [i, value] of row.entries()) sums[i] = (sums[i] as number) + value
  }
  return Float32Array.from(sums, (sum) => sum / Math.max(1, rows.length))
}
