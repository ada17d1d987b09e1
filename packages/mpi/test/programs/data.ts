import type { Collective } from '../../src/index.js'

/** Numbers that look random and are the same on every process. */
export const numbers = (length: number, seed: number): Float32Array =>
  Float32Array.from({ length }, (_, at) => {
    const wave = Math.sin((at + 1) * 12.9898 + seed * 78.233) * 43758.5453
    return 2 * (wave - Math.floor(wave)) - 1
  })

/** This process's share of rows that all processes know: unequal ones, so that counts differ. */
export const shareOf = (
  rows: number,
  { rank, size }: Pick<Collective, 'rank' | 'size'>,
): { readonly first: number; readonly last: number } => {
  const first = Math.floor((rows * rank * rank) / (size * size))
  const last = Math.floor((rows * (rank + 1) ** 2) / (size * size))
  return { first, last }
}

/** Largest difference over the largest value. */
export const errorOf = (found: ArrayLike<number>, expected: ArrayLike<number>): number => {
  if (found.length !== expected.length) return Number.POSITIVE_INFINITY
  let [difference, largest] = [0, 0]
  for (let at = 0; at < expected.length; at++) {
    const [a, b] = [found[at] as number, expected[at] as number]
    difference = Math.max(
      difference,
      Number.isNaN(a - b) ? Number.POSITIVE_INFINITY : Math.abs(a - b),
    )
    largest = Math.max(largest, Math.abs(b))
  }
  return difference === 0 ? 0 : difference / (largest || 1)
}
