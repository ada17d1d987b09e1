import type { Answer, PairAnswer } from '../../src/backend.js'

/** What is compared of an answer, by name. */
export type Figures = Readonly<Record<string, ArrayLike<number>>>

/** The figures of an answer of either kind. */
export const figuresOf = (answer: Answer | PairAnswer): Figures => ({
  loss: [answer.loss],
  embeddings: answer.embeddings,
  ...('classWeights' in answer ? { classWeights: answer.classWeights } : {}),
  ...Object.fromEntries(
    Object.entries(answer.parameters).map(([name, value]) => [
      name,
      typeof value === 'number' ? [value] : value,
    ]),
  ),
})

/** Largest difference in units of the largest number expected, or of 1e-3 where that is smaller. NaN counts as infinite. */
const gap = (found: ArrayLike<number> = [], expected: ArrayLike<number>): number => {
  if (found.length !== expected.length) return Number.POSITIVE_INFINITY
  const largest = Math.max(1e-3, ...Array.from(expected, Math.abs))
  const gaps = Array.from(expected, (value, i) => Math.abs((found[i] as number) - value) / largest)
  return gaps.every(Number.isFinite) ? Math.max(0, ...gaps) : Number.POSITIVE_INFINITY
}

/** How far figures are from those expected, by name. */
export const gaps = (found: Figures, expected: Figures): Readonly<Record<string, number>> =>
  Object.fromEntries(
    Object.entries(expected).map(([name, values]) => [name, gap(found[name], values)]),
  )
