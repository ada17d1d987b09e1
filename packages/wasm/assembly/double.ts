/** Matrix products in double, for the losses that core evaluates entry by entry. */

/** panel[rows/4][steps][4], padded with rows of 0; strides count values. */
export function packDoubles(
  values: usize,
  rowStride: i32,
  rows: i32,
  stepStride: i32,
  steps: i32,
  panel: usize,
): void {
  for (let first = 0; first < rows; first += 4) {
    for (let lane = 0; lane < 4; lane++) {
      const row = first + lane
      let from = values + <usize>(row * rowStride) * 8
      let to = panel + <usize>(first * steps + lane) * 8
      for (let step = 0; step < steps; step++) {
        store<f64>(to, row < rows ? load<f64>(from) : 0)
        from += <usize>stepStride * 8
        to += 32
      }
    }
  }
}

/** out[rows][columns] = Σ_k a[rows/4][k][4]·b[columns/4][k][4], rows and columns multiples of 4. */
export function multiplyDoubles(
  a: usize,
  rows: i32,
  b: usize,
  columns: i32,
  steps: i32,
  out: usize,
): void {
  const stride = <usize>columns * 8
  for (let row = 0; row < rows; row += 4) {
    for (let column = 0; column < columns; column += 4) {
      const from = a + <usize>(row * steps) * 8
      const to = out + <usize>(row * columns + column) * 8
      tile(from, b + <usize>(column * steps) * 8, steps, to, stride)
    }
  }
}

/** out[4][4] = Σ_k a[k][4]·b[k][4]. */
function tile(a: usize, b: usize, steps: i32, out: usize, stride: usize): void {
  let s00 = f64x2.splat(0)
  let s01 = s00
  let s10 = s00
  let s11 = s00
  let s20 = s00
  let s21 = s00
  let s30 = s00
  let s31 = s00
  const end = b + (<usize>steps << 5)
  while (b < end) {
    const low = v128.load(b)
    const high = v128.load(b, 16)
    let factor = v128.load64_splat(a)
    s00 = f64x2.add(s00, f64x2.mul(factor, low))
    s01 = f64x2.add(s01, f64x2.mul(factor, high))
    factor = v128.load64_splat(a, 8)
    s10 = f64x2.add(s10, f64x2.mul(factor, low))
    s11 = f64x2.add(s11, f64x2.mul(factor, high))
    factor = v128.load64_splat(a, 16)
    s20 = f64x2.add(s20, f64x2.mul(factor, low))
    s21 = f64x2.add(s21, f64x2.mul(factor, high))
    factor = v128.load64_splat(a, 24)
    s30 = f64x2.add(s30, f64x2.mul(factor, low))
    s31 = f64x2.add(s31, f64x2.mul(factor, high))
    a += 32
    b += 32
  }
  v128.store(out, s00)
  v128.store(out, s01, 16)
  out += stride
  v128.store(out, s10)
  v128.store(out, s11, 16)
  out += stride
  v128.store(out, s20)
  v128.store(out, s21, 16)
  out += stride
  v128.store(out, s30)
  v128.store(out, s31, 16)
}
