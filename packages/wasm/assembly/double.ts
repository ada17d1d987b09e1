/** Matrix products in double, for the losses that core evaluates entry by entry. */
import { tile } from './tile'

/** panel[rows/group][steps][group], padded with rows of 0; strides count values. */
export function packDoubles(
  values: usize,
  rowStride: i32,
  rows: i32,
  stepStride: i32,
  steps: i32,
  group: i32,
  panel: usize,
): void {
  for (let first = 0; first < rows; first += group) {
    for (let lane = 0; lane < group; lane++) {
      const row = first + lane
      let from = values + <usize>(row * rowStride) * 8
      let to = panel + <usize>(first * steps + lane) * 8
      for (let step = 0; step < steps; step++) {
        store<f64>(to, row < rows ? load<f64>(from) : 0)
        from += <usize>stepStride * 8
        to += <usize>group * 8
      }
    }
  }
}

/** out[rows][columns] = Σ_k a[rows/2][k][2]·b[columns/8][k][8], rows a multiple of 2 and columns of 8. */
export function multiplyDoubles(
  a: usize,
  rows: i32,
  b: usize,
  columns: i32,
  steps: i32,
  out: usize,
): void {
  for (let column = 0; column < columns; column += 8) {
    for (let row = 0; row < rows; row += 2) {
      const from = a + <usize>(row * steps) * 8
      const to = out + <usize>(row * columns + column) * 8
      tile<f64>(from, b + <usize>(column * steps) * 8, steps, to, <usize>columns * 8, false)
    }
  }
}
