/**
 * The two matrix products of a head on packed float64 rows. Tiles of eight accumulators or products: with more, the compiled
 * loops spill. A tile at an edge takes the last row or column again and so needs no code of its own.
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
    const r1 = Math.min(r + 1, rows - 1)
    const r2 = Math.min(r + 2, rows - 1)
    const r3 = Math.min(r + 3, rows - 1)
    const [a0, a1, a2, a3] = [r * dimension, r1 * dimension, r2 * dimension, r3 * dimension]
    for (let c = 0; c < columns; c += 2) {
      const c1 = Math.min(c + 1, columns - 1)
      const [b0, b1] = [c * dimension, c1 * dimension]
      let [s00, s01, s10, s11, s20, s21, s30, s31] = [0, 0, 0, 0, 0, 0, 0, 0]
      for (let d = 0; d < dimension; d++) {
        const u = b[b0 + d] as number
        const v = b[b1 + d] as number
        const x0 = a[a0 + d] as number
        const x1 = a[a1 + d] as number
        const x2 = a[a2 + d] as number
        const x3 = a[a3 + d] as number
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

/** factor·slope, 0 for factor 0: a slope that does not count may be infinite, as that of a non-target formula at the target. */
export const counted = (factor: number, slope: number): number =>
  factor === 0 ? 0 : factor * slope

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
    r < rows && c < columns ? (factors[r * rowStride + c * columnStride] as number) : 0
  for (let r = 0; r < rows; r += 2) {
    const o0 = r * dimension
    // Written first, so that the row proper overwrites it where there is no second one.
    const o1 = Math.min(r + 1, rows - 1) * dimension
    for (let c = 0; c < columns; c += 4) {
      const [f00, f01, f02, f03] = [
        factor(r, c),
        factor(r, c + 1),
        factor(r, c + 2),
        factor(r, c + 3),
      ]
      const s = r + 1
      const [f10, f11, f12, f13] = [
        factor(s, c),
        factor(s, c + 1),
        factor(s, c + 2),
        factor(s, c + 3),
      ]
      const b0 = c * dimension
      const b1 = Math.min(c + 1, columns - 1) * dimension
      const b2 = Math.min(c + 2, columns - 1) * dimension
      const b3 = Math.min(c + 3, columns - 1) * dimension
      for (let d = 0; d < dimension; d++) {
        const v0 = b[b0 + d] as number
        const v1 = b[b1 + d] as number
        const v2 = b[b2 + d] as number
        const v3 = b[b3 + d] as number
        const first = out[o0 + d] as number
        const second = out[o1 + d] as number
        out[o1 + d] = second + (f10 * v0 + f11 * v1 + (f12 * v2 + f13 * v3))
        out[o0 + d] = first + (f00 * v0 + f01 * v1 + (f02 * v2 + f03 * v3))
      }
    }
  }
}
