export { generator } from '../../core/test/support/random.js'

/** Rows of -1, 0 and 1, none of them all 0: many rows are equal, so many cosines tie exactly. */
export const tiedRows = (random: () => number, count: number, dimension: number): Float32Array => {
  const rows = Float32Array.from({ length: count * dimension }, () => Math.floor(random() * 3) - 1)
  for (let row = 0; row < count; row++) {
    if (rows.subarray(row * dimension, (row + 1) * dimension).every((x) => x === 0)) {
      rows[row * dimension] = 1
    }
  }
  return rows
}

/** Rows of a rough bell curve. */
export const smoothRows = (random: () => number, count: number, dimension: number): Float32Array =>
  Float32Array.from({ length: count * dimension }, () => random() + random() + random() - 1.5)

/** Integers from `least` up to `most`. */
export const integers = (
  random: () => number,
  count: number,
  least: number,
  most: number,
): number[] =>
  Array.from({ length: count }, () => least + Math.floor(random() * (most - least + 1)))
