import { checkFloats } from '../../head/check.js'
import { plainKernels } from '../../head/kernels.js'
import { positiveInteger } from '../../head/layout.js'
import type { MinedTriplets, PairBatch } from '../batch.js'
import { columnFinder, type Direction } from '../direction.js'
import { countSamples, readLabels } from '../labels.js'
import { createLanes, measure } from '../measure.js'
import { readSide } from '../side.js'

/** What a miner looks at: samples compared with each other. */
export type MinerBatch = Pick<PairBatch, 'embeddings' | 'labels' | 'dimension'>

/** One anchor, its candidates, and how far they are. */
export interface MinerRow {
  readonly anchor: number
  readonly positives: Int32Array
  readonly negatives: Int32Array
  /** By positive lane, in the miner's measure. */
  readonly plus: Float64Array
  readonly minus: Float64Array
}

/** Visits every anchor that is not ignored, with the chords |x̂_i - x̂_j| or cosines of its pairs; one row exists at a time. */
export const eachRow = (
  batch: MinerBatch,
  by: 'chord' | 'cosTheta',
  visit: (row: MinerRow) => void,
): void => {
  const dimension = positiveInteger('dimension', batch.dimension)
  checkFloats('embeddings', batch.embeddings)
  const labels = readLabels(batch, countSamples(batch, dimension))
  const side = readSide('embeddings', batch.embeddings, labels, dimension, true, false)
  const direction: Direction = {
    ...{ anchors: side, others: side, self: side.source, pairing: 'all', share: 1 },
  }
  const find = columnFinder(direction, true)
  const lanes = createLanes(side.rows)
  const products = new Float64Array(side.rows)
  const measured = (anchor: number, columns: Int32Array): Float64Array => {
    measure(lanes, true, by === 'chord', side, anchor, side, columns, columns.length, products, 0)
    return lanes[by].slice(0, columns.length)
  }
  for (let anchor = 0; anchor < side.rows; anchor++) {
    if ((labels[anchor] as number) < 0) continue
    const own = side.vectors.subarray(anchor * dimension, (anchor + 1) * dimension)
    plainKernels.dots(own, 1, side.vectors, side.rows, dimension, products)
    const found = find(anchor)
    const positives = found.positives.slice(0, found.positiveCount)
    const negatives = found.negatives.slice(0, found.negativeCount)
    const plus = measured(anchor, positives)
    visit({ anchor, positives, negatives, plus, minus: measured(anchor, negatives) })
  }
}

/** All rows of triplets that a miner has found. */
export type Triplets = { readonly [K in keyof MinedTriplets]: Int32Array }

/** Triplets in the making. */
export const createTriplets = (): {
  add(anchor: number, positive: number, negative: number): void
  take(): Triplets
} => {
  const anchors: number[] = []
  const positives: number[] = []
  const negatives: number[] = []
  return {
    add: (anchor: number, positive: number, negative: number): void => {
      anchors.push(anchor)
      positives.push(positive)
      negatives.push(negative)
    },
    take: () => ({
      anchors: Int32Array.from(anchors),
      positives: Int32Array.from(positives),
      negatives: Int32Array.from(negatives),
    }),
  }
}
