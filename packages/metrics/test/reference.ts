import type { VerificationScores } from '@arcmargin/metrics'

/** Cosines of every row of `a` with every row of `b`, the plain way; the same order of operations, so ties tie alike. */
export const cosines = (
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  dimension: number,
): number[][] => {
  const row = (rows: ArrayLike<number>, i: number): number[] =>
    Array.from({ length: dimension }, (_, k) => rows[i * dimension + k] as number)
  const dot = (x: number[], y: number[]): number =>
    x.reduce((sum, value, k) => sum + value * (y[k] as number), 0)
  const inverse = (x: number[]): number => 1 / Math.sqrt(dot(x, x))
  const all = (rows: ArrayLike<number>): number[][] =>
    Array.from({ length: rows.length / dimension }, (_, i) => row(rows, i))
  return all(a).map((x) =>
    all(b).map((y) => Math.max(-1, Math.min(1, dot(x, y) * (inverse(x) * inverse(y))))),
  )
}

/** Fraction of the values that are at least `threshold`. */
export const rateAtLeast = (values: ArrayLike<number>, threshold: number): number =>
  Array.from(values).filter((value) => value >= threshold).length / values.length

/** Distinct scores, descending. */
export const distinct = ({ genuine, impostor }: VerificationScores): number[] =>
  [...new Set([...genuine, ...impostor])].sort((a, b) => b - a)
