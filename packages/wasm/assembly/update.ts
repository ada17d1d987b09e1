/** What is written: the gradient by the raw class weights, or the weights after one step of an optimiser. */

/**
 * Undoes the normalisation, (g - (Σ factor·cosine)·ŵ)/|w|, from rows of `width` to rows of `dimension`. `out` may be `sums` where
 * both have the same width.
 */
export function undoNormalization(
  sums: usize,
  width: i32,
  w: usize,
  count: i32,
  dimension: i32,
  inverse: usize,
  along: usize,
  unit: f32,
  out: usize,
): void {
  const whole = dimension & ~3
  for (let v = 0; v < count; v++) {
    const i = load<f32>(inverse + (<usize>v << 2))
    const a = load<f32>(along + (<usize>v << 2)) * i
    const last = i * unit
    let from = sums + <usize>(v * width) * 4
    let d = 0
    for (; d < whole; d += 4) {
      const g = f32x4.sub(v128.load(from), f32x4.mul(v128.load(w), f32x4.splat(a)))
      v128.store(out, f32x4.mul(g, f32x4.splat(last)))
      from += 16
      w += 16
      out += 16
    }
    for (; d < dimension; d++) {
      store<f32>(out, (load<f32>(from) - load<f32>(w) * a) * last)
      from += 4
      w += 4
      out += 4
    }
  }
}

/** Stochastic gradient descent with momentum as in PyTorch: m = momentum·m + g + decay·w, w -= rate·m. */
export function sgd(
  w: usize,
  g: usize,
  m: usize,
  count: i32,
  rate: f32,
  momentum: f32,
  decay: f32,
): void {
  const end = g + (<usize>count << 2)
  for (; g + 16 <= end; g += 16) {
    const weight = v128.load(w)
    const gradient = f32x4.add(v128.load(g), f32x4.mul(f32x4.splat(decay), weight))
    const velocity = f32x4.add(f32x4.mul(f32x4.splat(momentum), v128.load(m)), gradient)
    v128.store(m, velocity)
    v128.store(w, f32x4.sub(weight, f32x4.mul(f32x4.splat(rate), velocity)))
    w += 16
    m += 16
  }
  for (; g < end; g += 4) {
    const weight = load<f32>(w)
    const velocity = momentum * load<f32>(m) + (load<f32>(g) + decay * weight)
    store<f32>(m, velocity)
    store<f32>(w, weight - rate * velocity)
    w += 4
    m += 4
  }
}

/**
 * AdamW, Loshchilov and Hutter, arXiv:1711.05101, as in PyTorch.
 *
 * @param keep 1 - rate·decay.
 * @param rate learning rate over 1 - beta1^t.
 * @param correction 1/sqrt(1 - beta2^t).
 */
export function adamW(
  w: usize,
  g: usize,
  m: usize,
  v: usize,
  count: i32,
  keep: f32,
  rate: f32,
  beta1: f32,
  beta2: f32,
  epsilon: f32,
  correction: f32,
): void {
  const end = g + (<usize>count << 2)
  for (; g + 16 <= end; g += 16) {
    const gradient = v128.load(g)
    const mean = f32x4.add(
      f32x4.mul(f32x4.splat(beta1), v128.load(m)),
      f32x4.mul(f32x4.splat(1 - beta1), gradient),
    )
    const square = f32x4.add(
      f32x4.mul(f32x4.splat(beta2), v128.load(v)),
      f32x4.mul(f32x4.splat(1 - beta2), f32x4.mul(gradient, gradient)),
    )
    v128.store(m, mean)
    v128.store(v, square)
    const size = f32x4.mul(f32x4.sqrt(square), f32x4.splat(correction))
    const step = f32x4.div(mean, f32x4.add(size, f32x4.splat(epsilon)))
    const kept = f32x4.mul(v128.load(w), f32x4.splat(keep))
    v128.store(w, f32x4.sub(kept, f32x4.mul(f32x4.splat(rate), step)))
    w += 16
    m += 16
    v += 16
  }
  for (; g < end; g += 4) {
    const gradient = load<f32>(g)
    const mean = beta1 * load<f32>(m) + (1 - beta1) * gradient
    const square = beta2 * load<f32>(v) + (1 - beta2) * (gradient * gradient)
    store<f32>(m, mean)
    store<f32>(v, square)
    store<f32>(w, load<f32>(w) * keep - rate * (mean / (sqrt(square) * correction + epsilon)))
    w += 4
    m += 4
    v += 4
  }
}
