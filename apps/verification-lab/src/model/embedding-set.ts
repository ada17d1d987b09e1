/** Embeddings with whose they are: what every figure of the page is made of. */
export interface EmbeddingSet {
  readonly title: string
  /** [rows · dimension]. */
  readonly embeddings: Float32Array
  readonly dimension: number
  /** [rows], integers from 0. */
  readonly labels: Int32Array
  /** Name of each label. */
  readonly names: readonly string[]
}

/** Labels in words, numbered in order of first appearance. */
export const numberLabels = (
  words: readonly string[],
): { readonly labels: Int32Array; readonly names: string[] } => {
  const numbers = new Map<string, number>()
  const labels = Int32Array.from(words, (word) => {
    const number = numbers.get(word) ?? numbers.size
    numbers.set(word, number)
    return number
  })
  return { labels, names: [...numbers.keys()] }
}
