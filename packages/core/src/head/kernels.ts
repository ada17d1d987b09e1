/** The two matrix products of a head on packed float64 rows: all of its work that grows with N·C·D. */
export interface Kernels {
  /** out[r, c] = <a_r, b_c> for row-major a [rows, dimension] and b [columns, dimension]. */
  dots(
    a: Float64Array,
    rows: number,
    b: Float64Array,
    columns: number,
    dimension: number,
    out: Float64Array,
  ): void
  /** out_r += Σ_c factors[r·rowStride + c·columnStride]·b_c for r < rows, c < columns; one of the strides is 1. */
  accumulate(
    factors: Float64Array,
    rowStride: number,
    rows: number,
    columnStride: number,
    columns: number,
    b: Float64Array,
    dimension: number,
    out: Float64Array,
  ): void
}

/*
 * The kernels as plain loops. Tiles of eight accumulators or products: with more, the compiled
 * loops spill. A tile at an edge takes the last row or column again and so needs no code of its own.
 */

const dots: Kernels['dots'] = (a, rows, b, columns, dimension, out) => {
  for (let r = 0; r < rows; r += 4) {
    const r1 = Math.min(r + 1, rows - 1)
    const r2 = Math.min(r + 2, rows - 1)
    const r3 = Math.min(r + 3, rows - 1)
    const a0 = r * dimension
    const a1 = r1 * dimension
    const a2 = r2 * dimension
    const a3 = r3 * dimension
    for (let c = 0; c < columns; c += 2) {
      const c1 = Math.min(c + 1, columns - 1)
      const b0 = c * dimension
      const b1 = c1 * dimension
      let s00 = 0
      let s01 = 0
      let s10 = 0
      let s11 = 0
      let s20 = 0
      let s21 = 0
      let s30 = 0
      let s31 = 0
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

const accumulate: Kernels['accumulate'] = (
  factors,
  rowStride,
  rows,
  columnStride,
  columns,
  b,
  dimension,
  out,
) => {
  for (let r = 0; r < rows; r += 2) {
    const o0 = r * dimension
    // Written first, so that the row proper overwrites it where there is no second one.
    const o1 = Math.min(r + 1, rows - 1) * dimension
    const second = r + 1 < rows ? rowStride : 0
    for (let c = 0; c < columns; c += 4) {
      const at = r * rowStride + c * columnStride
      const f00 = factors[at] as number
      const f01 = c + 1 < columns ? (factors[at + columnStride] as number) : 0
      const f02 = c + 2 < columns ? (factors[at + 2 * columnStride] as number) : 0
      const f03 = c + 3 < columns ? (factors[at + 3 * columnStride] as number) : 0
      const f10 = factors[at + second] as number
      const f11 = c + 1 < columns ? (factors[at + second + columnStride] as number) : 0
      const f12 = c + 2 < columns ? (factors[at + second + 2 * columnStride] as number) : 0
      const f13 = c + 3 < columns ? (factors[at + second + 3 * columnStride] as number) : 0
      const b0 = c * dimension
      const b1 = Math.min(c + 1, columns - 1) * dimension
      const b2 = Math.min(c + 2, columns - 1) * dimension
      const b3 = Math.min(c + 3, columns - 1) * dimension
      for (let d = 0; d < dimension; d++) {
        const v0 = b[b0 + d] as number
        const v1 = b[b1 + d] as number
        const v2 = b[b2 + d] as number
        const v3 = b[b3 + d] as number
        const above = out[o0 + d] as number
        const below = out[o1 + d] as number
        out[o1 + d] = below + (f10 * v0 + f11 * v1 + (f12 * v2 + f13 * v3))
        out[o0 + d] = above + (f00 * v0 + f01 * v1 + (f02 * v2 + f03 * v3))
      }
    }
  }
}

/** The kernels as plain loops. */
export const plainKernels: Kernels = { dots, accumulate }
