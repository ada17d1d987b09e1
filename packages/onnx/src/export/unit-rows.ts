/** Below this norm a vector counts as zero, as in core. */
const tiny = 1e-30

/** Rows of length 1 in float32. The norm is taken in double precision, which no float32 overflows. */
export const unitRows = (
  weights: ArrayLike<number>,
  dimension: number,
): Float32Array<ArrayBuffer> => {
  const rows = new Float32Array(weights.length)
  for (let start = 0; start < weights.length; start += dimension) {
    let sum = 0
    for (let i = start; i < start + dimension; i++) sum += weights[i]! ** 2
    const norm = Math.sqrt(sum)
    const inverse = norm < tiny ? 0 : 1 / norm
    for (let i = start; i < start + dimension; i++) rows[i] = weights[i]! * inverse
  }
  return rows
}
