import { ParameterError } from '@arcmargin/core'
import type { FloatArray, TopK } from '@arcmargin/core/head'
import type { MarginHead } from '@arcmargin/wasm'
import type { Collective } from '../collective/collective.js'
import { agree } from './agree.js'
import { countOf, gatherEmbeddings, shareRows } from './rows.js'
import type { Slice } from './slice.js'

/** Every process finds the best of its slice for all rows; each then takes the best of those for its own. */
export const shardedTopK = async (
  collective: Collective,
  head: MarginHead,
  slice: Slice,
  { classes, dimension }: { readonly classes: number; readonly dimension: number },
  embeddings: FloatArray,
  k: number,
): Promise<TopK> => {
  const count = await agree(collective, () => checkRequest(embeddings, dimension, classes, k))
  const shares = shareRows(collective, count)
  const all = gatherEmbeddings(collective, embeddings, shares, dimension)
  const rows = all.length / dimension
  const width = Math.min(k, slice.count)
  const found = rows > 0 ? await head.topK(all, width) : undefined
  const scores = new Float64Array(rows * k).fill(-Infinity)
  const labels = new Int32Array(rows * k).fill(-1)
  for (let row = 0; found && row < rows; row++) {
    for (let place = 0; place < width; place++) {
      scores[row * k + place] = found.scores[row * width + place] as number
      labels[row * k + place] = slice.first + (found.classes[row * width + place] as number)
    }
  }
  const candidates = { scores: collective.allGather(scores), labels: collective.allGather(labels) }
  return mergeBest(candidates, collective.size, rows, shares.first, count, k)
}

const checkRequest = (
  embeddings: FloatArray,
  dimension: number,
  classes: number,
  k: number,
): number => {
  if (!Number.isInteger(k) || k < 1 || k > classes) {
    const details = { argument: 'k', value: k, allowed: `1 to ${classes}` }
    throw new ParameterError('is out of range', details)
  }
  return countOf(embeddings, dimension)
}

/** The k best of every process's k best, [size, rows, k], for a run of rows; of equal cosines the smaller class comes first. */
const mergeBest = (
  { scores, labels }: { readonly scores: Float64Array; readonly labels: Int32Array },
  size: number,
  rows: number,
  first: number,
  count: number,
  k: number,
): TopK => {
  const best = { classes: new Int32Array(count * k), scores: new Float64Array(count * k) }
  for (let row = 0; row < count; row++) {
    const places: number[] = []
    for (let rank = 0; rank < size; rank++) {
      const start = (rank * rows + first + row) * k
      for (let place = start; place < start + k; place++)
        if (labels[place] !== -1) places.push(place)
    }
    const score = (place: number): number => scores[place] as number
    const label = (place: number): number => labels[place] as number
    places.sort((a, b) => score(b) - score(a) || label(a) - label(b))
    places.slice(0, k).forEach((place, rank) => {
      best.classes[row * k + rank] = label(place)
      best.scores[row * k + rank] = score(place)
    })
  }
  return best
}
