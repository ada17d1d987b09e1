/** What happens between the products: pooling, the running sum of exponentials, probabilities. */

/** Where the cosines of a row start: they lie in [rows/16][vectors][16]. */
@inline
function startOf(cosines: usize, row: i32, vectors: i32): usize {
  return cosines + <usize>((row & ~15) * vectors + (row & 15)) * 4
}

/** An entry that takes no part: a target, a sub-center that was not pooled, padding. */
const none: f32 = -1e30

/** Exponentials below e^-80 are 0: far below the last digit of any sum, and never a slow denormal. */
const lowest: f32 = -80

@external('math', 'exp')
declare function exp64(x: f64): f64

/**
 * e^x for x <= 0, to 1.5e-7 relative: x = n·log 2 + f, |f| <= 0.35, with the Taylor polynomial of degree 7 in f.
 */
@inline
function exp(x: v128): v128 {
  const small = f32x4.lt(x, f32x4.splat(lowest))
  x = f32x4.max(x, f32x4.splat(lowest))
  const n = f32x4.nearest(f32x4.mul(x, f32x4.splat(1.4426950408889634)))
  // log 2 in two parts, of which the first has so few digits that its product with n is exact.
  let f = f32x4.sub(x, f32x4.mul(n, f32x4.splat(0.693359375)))
  f = f32x4.add(f, f32x4.mul(n, f32x4.splat(2.12194440054690583e-4)))
  let p = f32x4.add(f32x4.mul(f, f32x4.splat(1 / 5040.0)), f32x4.splat(1 / 720.0))
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(1 / 120.0))
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(1 / 24.0))
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(1 / 6.0))
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(0.5))
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(1))
  p = f32x4.add(f32x4.mul(p, f), f32x4.splat(1))
  const exponent = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23)
  return v128.andnot(f32x4.mul(p, exponent), small)
}

/** values[count] = e^values in place, for tests; count is a multiple of 4. */
export function exponentials(values: usize, count: i32): void {
  for (const end = values + (<usize>count << 2); values < end; values += 16) {
    v128.store(values, exp(v128.load(values)))
  }
}

/** Leaves of each class's `subCenters` neighbouring entries the largest, the first of equals. */
export function pool(cosines: usize, rows: i32, vectors: i32, padded: i32, subCenters: i32): void {
  const nothing = f32x4.splat(none)
  for (let row = 0; row < rows; row += 4) {
    let at = startOf(cosines, row, padded)
    for (let vector = 0; vector < vectors; vector += subCenters) {
      let best = v128.load(at)
      for (let k = 1; k < subCenters; k++) {
        best = f32x4.max(best, v128.load(at + (<usize>k << 6)))
      }
      let open = i32x4.splat(-1)
      for (let k = 0; k < subCenters; k++) {
        const value = v128.load(at)
        const chosen = v128.and(f32x4.eq(value, best), open)
        v128.store(at, v128.bitselect(value, nothing, chosen))
        open = v128.andnot(open, chosen)
        at += 64
      }
    }
  }
}

/** Takes the entries of the padding out. */
export function closePadding(cosines: usize, rows: i32, vectors: i32, padded: i32): void {
  const nothing = f32x4.splat(none)
  for (let row = 0; row < rows; row += 4) {
    const at = startOf(cosines, row, padded)
    for (let vector = vectors; vector < padded; vector++) {
      v128.store(at + (<usize>vector << 6), nothing)
    }
  }
}

/**
 * Adds a block to the running log-sum-exp of each row, relative to its largest cosine so far.
 *
 * @param cosines [rows/16][padded][16], without the targets.
 * @param scale [rows] d logit / d cosine.
 * @param largest [rows] largest cosine so far; -2 before the first block.
 * @param index [rows] its vector.
 * @param sum [rows] double, Σ exp(scale·(cosine - largest)).
 * @param first number of the block's first vector.
 */
export function addToSums(
  cosines: usize,
  rows: i32,
  padded: i32,
  scale: usize,
  largest: usize,
  index: usize,
  sum: usize,
  first: i32,
): void {
  const one = i32x4.splat(1)
  for (let row = 0; row < rows; row += 4) {
    const start = startOf(cosines, row, padded)
    const end = start + (<usize>padded << 6)
    const factor = v128.load(scale)
    const before = v128.load(largest)
    let best = before
    let which = v128.load(index)
    let vector = i32x4.splat(first)
    for (let at = start; at < end; at += 64) {
      const value = v128.load(at)
      const above = f32x4.gt(value, best)
      best = v128.bitselect(value, best, above)
      which = v128.bitselect(vector, which, above)
      vector = i32x4.add(vector, one)
    }
    if (v128.any_true(f32x4.gt(best, before))) {
      v128.store(largest, best)
      v128.store(index, which)
      const fall = f32x4.sub(before, best)
      rescale(sum, f32x4.extract_lane(factor, 0), f32x4.extract_lane(fall, 0))
      rescale(sum + 8, f32x4.extract_lane(factor, 1), f32x4.extract_lane(fall, 1))
      rescale(sum + 16, f32x4.extract_lane(factor, 2), f32x4.extract_lane(fall, 2))
      rescale(sum + 24, f32x4.extract_lane(factor, 3), f32x4.extract_lane(fall, 3))
    }
    let total = f32x4.splat(0)
    for (let at = start; at < end; at += 64) {
      total = f32x4.add(total, exp(f32x4.mul(factor, f32x4.sub(v128.load(at), best))))
    }
    store<f64>(sum, load<f64>(sum) + <f64>f32x4.extract_lane(total, 0))
    store<f64>(sum, load<f64>(sum, 8) + <f64>f32x4.extract_lane(total, 1), 8)
    store<f64>(sum, load<f64>(sum, 16) + <f64>f32x4.extract_lane(total, 2), 16)
    store<f64>(sum, load<f64>(sum, 24) + <f64>f32x4.extract_lane(total, 3), 24)
    scale += 16
    largest += 16
    index += 16
    sum += 32
  }
}

function rescale(sum: usize, scale: f32, fall: f32): void {
  const value = load<f64>(sum)
  if (value != 0 && fall != 0) store<f64>(sum, value * exp64(<f64>scale * <f64>fall))
}

/**
 * From the cosines of a block to e = exp(scale·(cosine - largest)) and to the factors of both gradients.
 *
 * @param cosines [rows/16][padded][16].
 * @param factor [rows] d loss / d cosine of an entry with e = 1.
 * @param exponentials [rows/2][padded][2] e.
 * @param factors [padded/2][rows][2] factor·e.
 * @param along [padded] Σ_rows factor·e·cosine.
 */
export function exponentiate(
  cosines: usize,
  rows: i32,
  padded: i32,
  scale: usize,
  largest: usize,
  factor: usize,
  exponentials: usize,
  factors: usize,
  along: usize,
): void {
  const pair = <usize>padded << 3
  for (let vector = 0; vector < padded; vector += 4) {
    let a0 = f32x4.splat(0)
    let a1 = a0
    let a2 = a0
    let a3 = a0
    let to = exponentials + (<usize>vector << 3)
    let low = factors + <usize>(vector * rows) * 4
    let high = low + (<usize>rows << 3)
    for (let row = 0; row < rows; row += 4) {
      const offset = <usize>row << 2
      const s = v128.load(scale + offset)
      const top = v128.load(largest + offset)
      const f = v128.load(factor + offset)
      const at = startOf(cosines, row, padded) + (<usize>vector << 6)
      const c0 = v128.load(at)
      const c1 = v128.load(at, 64)
      const c2 = v128.load(at, 128)
      const c3 = v128.load(at, 192)
      const e0 = exp(f32x4.mul(s, f32x4.sub(c0, top)))
      const e1 = exp(f32x4.mul(s, f32x4.sub(c1, top)))
      const e2 = exp(f32x4.mul(s, f32x4.sub(c2, top)))
      const e3 = exp(f32x4.mul(s, f32x4.sub(c3, top)))
      v128.store(to, i64x2.shuffle(e0, e1, 0, 2))
      v128.store(to, i64x2.shuffle(e2, e3, 0, 2), 16)
      v128.store(to + pair, i64x2.shuffle(e0, e1, 1, 3))
      v128.store(to + pair, i64x2.shuffle(e2, e3, 1, 3), 16)
      to += 2 * pair
      const g0 = f32x4.mul(e0, f)
      const g1 = f32x4.mul(e1, f)
      const g2 = f32x4.mul(e2, f)
      const g3 = f32x4.mul(e3, f)
      a0 = f32x4.add(a0, f32x4.mul(g0, c0))
      a1 = f32x4.add(a1, f32x4.mul(g1, c1))
      a2 = f32x4.add(a2, f32x4.mul(g2, c2))
      a3 = f32x4.add(a3, f32x4.mul(g3, c3))
      v128.store(low, i32x4.shuffle(g0, g1, 0, 4, 1, 5))
      v128.store(low, i32x4.shuffle(g0, g1, 2, 6, 3, 7), 16)
      v128.store(high, i32x4.shuffle(g2, g3, 0, 4, 1, 5))
      v128.store(high, i32x4.shuffle(g2, g3, 2, 6, 3, 7), 16)
      low += 32
      high += 32
    }
    store<f32>(along, across(a0))
    store<f32>(along, across(a1), 4)
    store<f32>(along, across(a2), 8)
    store<f32>(along, across(a3), 12)
    along += 16
  }
}

@inline
function across(v: v128): f32 {
  return (
    f32x4.extract_lane(v, 0) +
    f32x4.extract_lane(v, 1) +
    (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3))
  )
}
