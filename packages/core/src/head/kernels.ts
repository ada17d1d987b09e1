/**
 * The two matrix products of a head on packed float64 rows. Eight accumulators: with more, the compiled loops spill.
 */

/** out[r, c] = <a_r, b_c> for row-major a [rows, dimension] and b [columns, dimension]. */
export const dots = (
  a: Float64Array,
  rows: number,
  b: Float64Array,
  columns: number,
  dimension: number,
  out: Float64Array,
): void => {
  for (let r = 0; r < rows; r += 4) {
    // A tile at the edge takes its last row or column several times over and so needs no code of its own.
    const r1 = Math.min(r + 1, rows - 1)
    const r2 = Math.min(r + 2, rows - 1)
    const r3 = Math.min(r + 3, rows - 1)
    for (let c = 0; c < columns; c += 2) {
      const c1 = Math.min(c + 1, columns - 1)
      let [s00, s01, s10, s11, s20, s21, s30, s31] = [0, 0, 0, 0, 0, 0, 0, 0]
      for (let d = 0; d < dimension; d++) {
        const u = b[c * dimension + d] as number
        const v = b[c1 * dimension + d] as number
        const x0 = a[r * dimension + d] as number
        const x1 = a[r1 * dimension + d] as number
        const x2 = a[r2 * dimension + d] as number
        const x3 = a[r3 * dimension + d] as number
        s00 += x0 * u
        s01 += x0 * v
        s10 += x1 * u
        s11 += x1 * v
        s20 += x2 * u
        s21 += x2 * v
        s30 += x3 * u
        s31 += x3 * v
      }
      out[r * columns + c] = s00
      out[r * columns + c1] = s01
      out[r1 * columns + c] = s10
      out[r1 * columns + c1] = s11
      out[r2 * columns + c] = s20
      out[r2 * columns + c1] = s21
      out[r3 * columns + c] = s30
      out[r3 * columns + c1] = s31
    }
  }
}

/** out_r += Σ_c factors[r·rowStride + c·columnStride]·b_c for r < rows, c < columns. */
export const accumulate = (
  factors: Float64Array,
  rowStride: number,
  rows: number,
  columnStride: number,
  columns: number,
  b: Float64Array,
  dimension: number,
  out: Float64Array,
): void => {
  const factor = (r: number, c: number): number =>
    c < columns ? (factors[r * rowStride + c * columnStride] as number) : 0
  for (let r = 0; r < rows; r++) {
    const o = r * dimension
    for (let c = 0; c < columns; c += 4) {
      const f0 = factor(r, c)
      const f1 = factor(r, c + 1)
      const f2 = factor(r, c + 2)
      const f3 = factor(r, c + 3)
      if (f0 === 0 && f1 === 0 && f2 === 0 && f3 === 0) continue
      const b0 = c * dimension
      const b1 = Math.min(c + 1, columns - 1) * dimension
      const b2 = Math.min(c + 2, columns - 1) * dimension
      const b3 = Math.min(c + 3, columns - 1) * dimension
      for (let d = 0; d < dimension; d++) {
        out[o + d] =
          (out[o + d] as number) +
          f0 * (b[b0 + d] as number) +
          f1 * (b[b1 + d] as number) +
          f2 * (b[b2 + d] as number) +
          f3 * (b[b3 + d] as number)
      }
    }
  }
}
