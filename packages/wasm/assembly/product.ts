/** The matrix products. All of them are made of one tile; a panel holds what a tile reads in the order it reads it. */

/**
 * out[4 rows][8 columns] (+)= Σ_k a[k][4]·b[k][8]. Eight accumulators and one pointer an operand: with more of either, or with the
 * loop unrolled, V8 spills to the stack and the tile takes twice as long.
 */
function tile(
  a: usize,
  b: usize,
  steps: i32,
  out: usize,
  rowStride: usize,
  halfStride: usize,
  add: bool,
): void {
  let s00 = f32x4.splat(0)
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
    let factor = v128.load32_splat(a)
    s00 = f32x4.add(s00, f32x4.mul(factor, low))
    s01 = f32x4.add(s01, f32x4.mul(factor, high))
    factor = v128.load32_splat(a, 4)
    s10 = f32x4.add(s10, f32x4.mul(factor, low))
    s11 = f32x4.add(s11, f32x4.mul(factor, high))
    factor = v128.load32_splat(a, 8)
    s20 = f32x4.add(s20, f32x4.mul(factor, low))
    s21 = f32x4.add(s21, f32x4.mul(factor, high))
    factor = v128.load32_splat(a, 12)
    s30 = f32x4.add(s30, f32x4.mul(factor, low))
    s31 = f32x4.add(s31, f32x4.mul(factor, high))
    a += 16
    b += 32
  }
  put(out, s00, add)
  put(out + halfStride, s01, add)
  out += rowStride
  put(out, s10, add)
  put(out + halfStride, s11, add)
  out += rowStride
  put(out, s20, add)
  put(out + halfStride, s21, add)
  out += rowStride
  put(out, s30, add)
  put(out + halfStride, s31, add)
}

@inline
function put(out: usize, value: v128, add: bool): void {
  v128.store(out, add ? f32x4.add(v128.load(out), value) : value)
}

/** A dot product is summed in runs of this many products, whose sums are then added: fewer roundings in a row. */
const run: i32 = 256

/**
 * cosines[rows/4][vectors][4] = <x̂, ŵ>.
 *
 * @param x [rows/8][dimension][8] unit embeddings.
 * @param w [vectors/4][dimension][4] unit class weights.
 */
export function cosines(
  x: usize,
  rows: i32,
  w: usize,
  vectors: i32,
  dimension: i32,
  out: usize,
): void {
  for (let row = 0; row < rows; row += 8) {
    for (let vector = 0; vector < vectors; vector += 4) {
      const to = out + <usize>((row >> 2) * vectors + vector) * 16
      const a = w + <usize>(vector * dimension) * 4
      const b = x + <usize>(row * dimension) * 4
      for (let first = 0; first < dimension; first += run) {
        const steps = min(run, dimension - first)
        tile(a + <usize>first * 16, b + <usize>first * 32, steps, to, 16, <usize>vectors * 16, first > 0)
      }
    }
  }
}

/**
 * sum[rows][width] += Σ_vectors factors·ŵ.
 *
 * @param factors [rows/4][vectors][4].
 * @param w [width/8][vectors][8] unit class weights.
 */
export function addToEmbeddings(
  factors: usize,
  rows: i32,
  w: usize,
  vectors: i32,
  width: i32,
  sum: usize,
): void {
  for (let d = 0; d < width; d += 8) {
    for (let row = 0; row < rows; row += 4) {
      const a = factors + <usize>(row * vectors) * 4
      const to = sum + <usize>(row * width + d) * 4
      tile(a, w + <usize>(d * vectors) * 4, vectors, to, <usize>width * 4, 16, true)
    }
  }
}

/**
 * out[vectors][width] = Σ_rows factors·x̂.
 *
 * @param factors [vectors/4][rows][4].
 * @param x [width/8][rows][8] unit embeddings.
 */
export function weightSums(
  factors: usize,
  vectors: i32,
  x: usize,
  rows: i32,
  width: i32,
  out: usize,
): void {
  for (let d = 0; d < width; d += 8) {
    for (let vector = 0; vector < vectors; vector += 4) {
      const a = factors + <usize>(vector * rows) * 4
      const to = out + <usize>(vector * width + d) * 4
      tile(a, x + <usize>(d * rows) * 4, rows, to, <usize>width * 4, 16, false)
    }
  }
}
