/** Norms, and the panels of unit vectors that the products read. Rows need not be a multiple of anything: panels are padded with 0. */

/** Sum of squares of a vector in double, for those whose squares leave the range of a float. */
function wideSquares(at: usize, dimension: i32): f64 {
  let sum: f64 = 0
  for (let d = 0; d < dimension; d++) {
    const value = <f64>load<f32>(at + (<usize>d << 2))
    sum += value * value
  }
  return sum
}

/** Sum of squares of a vector; sixteen partial sums keep the rounding small. */
function squares(at: usize, dimension: i32): f64 {
  let s0 = f32x4.splat(0)
  let s1 = s0
  let s2 = s0
  let s3 = s0
  let p = at
  for (const end = at + ((<usize>dimension >> 4) << 6); p < end; p += 64) {
    const a = v128.load(p)
    const b = v128.load(p, 16)
    const c = v128.load(p, 32)
    const d = v128.load(p, 48)
    s0 = f32x4.add(s0, f32x4.mul(a, a))
    s1 = f32x4.add(s1, f32x4.mul(b, b))
    s2 = f32x4.add(s2, f32x4.mul(c, c))
    s3 = f32x4.add(s3, f32x4.mul(d, d))
  }
  const total = f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3))
  let sum: f64 = 0
  for (const end = at + (<usize>dimension << 2); p < end; p += 4) {
    const value = <f64>load<f32>(p)
    sum += value * value
  }
  sum += <f64>f32x4.extract_lane(total, 0) + <f64>f32x4.extract_lane(total, 1)
  return sum + (<f64>f32x4.extract_lane(total, 2) + <f64>f32x4.extract_lane(total, 3))
}

/**
 * inverse[count] = 1/|w|, 0 for a vector shorter than `shortest`.
 *
 * @returns the first vector that is not finite, or -1.
 */
export function inverseNorms(w: usize, count: i32, dimension: i32, shortest: f64, out: usize): i32 {
  for (let v = 0; v < count; v++) {
    const at = w + <usize>(v * dimension) * 4
    let sum = squares(at, dimension)
    if (!(sum > 1e-20 && sum < 1e30)) {
      sum = wideSquares(at, dimension)
      if (!(sum < Infinity)) return v
    }
    const norm = sqrt(sum)
    store<f32>(out + (<usize>v << 2), norm < shortest ? 0 : <f32>(1 / norm))
  }
  return -1
}

/** panel[padded/2][dimension][2] = rows·scale, the entries of two rows beside each other. */
export function packTwos(
  rows: usize,
  count: i32,
  padded: i32,
  dimension: i32,
  scale: usize,
  panel: usize,
): void {
  const stride = <usize>dimension << 2
  for (let first = 0; first < padded; first += 2) {
    // A row of the padding is the last one again, times 0.
    const at0 = rows + <usize>min(first, count - 1) * stride
    const at1 = rows + <usize>min(first + 1, count - 1) * stride
    const s0 = first < count ? load<f32>(scale + (<usize>first << 2)) : 0
    const s1 = first + 1 < count ? load<f32>(scale + (<usize>first << 2), 4) : 0
    let offset: usize = 0
    for (; offset + 16 <= stride; offset += 16) {
      const v0 = f32x4.mul(v128.load(at0 + offset), f32x4.splat(s0))
      const v1 = f32x4.mul(v128.load(at1 + offset), f32x4.splat(s1))
      v128.store(panel, i32x4.shuffle(v0, v1, 0, 4, 1, 5))
      v128.store(panel, i32x4.shuffle(v0, v1, 2, 6, 3, 7), 16)
      panel += 32
    }
    for (; offset < stride; offset += 4) {
      store<f32>(panel, load<f32>(at0 + offset) * s0)
      store<f32>(panel, load<f32>(at1 + offset) * s1, 4)
      panel += 8
    }
  }
}

/** panel[width/16][padded][16] = rows·scale: sixteen entries of a row beside each other, then those of the next row. */
export function packSixteens(
  rows: usize,
  count: i32,
  padded: i32,
  dimension: i32,
  scale: usize,
  panel: usize,
): void {
  const step = <usize>padded << 6
  const whole = dimension & ~15
  for (let row = 0; row < padded; row++) {
    const real = row < count
    const s = real ? load<f32>(scale + (<usize>row << 2)) : 0
    const v = f32x4.splat(s)
    let at = rows + <usize>((real ? row : count - 1) * dimension) * 4
    let to = panel + (<usize>row << 6)
    for (let d = 0; d < whole; d += 16) {
      v128.store(to, f32x4.mul(v128.load(at), v))
      v128.store(to, f32x4.mul(v128.load(at, 16), v), 16)
      v128.store(to, f32x4.mul(v128.load(at, 32), v), 32)
      v128.store(to, f32x4.mul(v128.load(at, 48), v), 48)
      at += 64
      to += step
    }
    if (whole == dimension) continue
    for (let d = 0; d < 16; d++) {
      const value = whole + d < dimension ? load<f32>(at + (<usize>d << 2)) * s : 0
      store<f32>(to + (<usize>d << 2), value)
    }
  }
}
