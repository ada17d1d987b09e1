/**
 * Largest |found - expected| relative to the row: its largest entry for logits, its length for gradients. A non-finite
 * difference is Infinity.
 *
 * A row smaller than `share` of the case's largest is measured against that share of it: the float64 reference computes p - 1
 * for an easy sample and has correspondingly few digits of such rows. Below 1e-12 the difference counts as it is.
 */
export const rowError = (
  found: ArrayLike<number>,
  expected: Float64Array,
  width: number,
  size: 'largest' | 'length',
  share: number,
): number => {
  if (found.length !== expected.length) return Number.POSITIVE_INFINITY
  const measure = (start: number): number => {
    const row = expected.subarray(start, start + width)
    return size === 'length' ? Math.hypot(...row) : Math.max(...row.map(Math.abs))
  }
  const starts = Array.from({ length: expected.length / width }, (_, row) => row * width)
  const longest = Math.max(...starts.map(measure))
  let worst = 0
  for (const start of starts) {
    const scale = Math.max(measure(start), longest * share)
    for (let i = start; i < start + width; i++) {
      const difference = Math.abs((found[i] as number) - (expected[i] as number))
      const error = scale < 1e-12 ? difference : difference / scale
      worst = Number.isFinite(error) ? Math.max(worst, error) : Number.POSITIVE_INFINITY
    }
  }
  return worst
}

/** |found - expected| relative to the expected value, absolute below 1: an easy batch's loss and a mean of cosines have few digits. */
export const sizeError = (found: number, expected: number): number => valueError(found, expected, 1)

/**
 * |found - expected| relative to the expected value or, where that is larger, to `least`; absolute below 1e-12. Terms that cancel, as
 * those of a gradient by a bias do near the best bias, leave a value with few digits.
 */
export const valueError = (found: number, expected: number, least = 0): number => {
  const scale = Math.max(Math.abs(expected), least)
  const error = Math.abs(found - expected) / (scale < 1e-12 ? 1 : scale)
  return Number.isFinite(error) ? error : Number.POSITIVE_INFINITY
}
