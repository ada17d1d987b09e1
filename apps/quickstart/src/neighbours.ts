import { topK } from '@arcmargin/core/head'
import type { Dataset } from './dataset.js'
import { random } from './random.js'

/** A picture of the unseen set and the rows of its nearest pictures, nearest first. */
export interface Neighbours {
  readonly query: number
  readonly found: readonly number[]
}

/** Neighbours shown for each picture. */
export const neighbourCount = 6

/** Pictures whose neighbours are shown: drawn once at random, not picked, and the same in every run. */
export const queriesOf = ({ labels, classes, vendors }: Dataset, count: number): number[] => {
  const chance = random(0, 'queries')
  const vendorCount = 1 + vendors.reduce((most, vendor) => Math.max(most, vendor), 0)
  const emoji = chance.permutation(classes).subarray(0, count)
  return Array.from(emoji, (label) => labels.indexOf(label) + chance.below(vendorCount))
}

/** The nearest pictures by cosine, the picture itself left out. */
export const nearest = (
  embeddings: Float32Array,
  queries: readonly number[],
  dimension: number,
): Neighbours[] => {
  const asked = new Float32Array(queries.length * dimension)
  for (const [i, row] of queries.entries()) {
    asked.set(embeddings.subarray(row * dimension, (row + 1) * dimension), i * dimension)
  }
  const k = neighbourCount + 1
  const batch = { embeddings: asked, classWeights: embeddings, dimension }
  const { classes: rows } = topK(batch, k)
  return queries.map((query, i) => ({
    query,
    found: Array.from(rows.subarray(i * k, (i + 1) * k))
      .filter((row) => row !== query)
      .slice(0, neighbourCount),
  }))
}
