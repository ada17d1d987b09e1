import { checkValue } from '../../losses/parameter.js'
import { eachRow, type MinerBatch } from './rows.js'

/** Pairs by row, positives and negatives apart. */
export interface Pairs {
  readonly positives: { readonly anchors: Int32Array; readonly others: Int32Array }
  readonly negatives: { readonly anchors: Int32Array; readonly others: Int32Array }
}

/**
 * Pairs that are informative beside the hardest of the other kind: negatives with cosθ_n + ε > the smallest cosθ_p, positives with
 * cosθ_p - ε < the largest cosθ_n; none for an anchor without positives or negatives.
 * Wang et al., CVPR 2019, arXiv:1904.06627, eq. 9 and 10.
 *
 * @param epsilon default 0.1, the paper's.
 */
export const mineMultiSimilarity = (batch: MinerBatch, epsilon = 0.1): Pairs => {
  checkValue('epsilon', { minimum: 0 }, epsilon)
  const positive = { anchors: [] as number[], others: [] as number[] }
  const negative = { anchors: [] as number[], others: [] as number[] }
  eachRow(batch, 'cosTheta', ({ anchor, positives, negatives, plus, minus }) => {
    if (positives.length === 0 || negatives.length === 0) return
    const lowest = plus.reduce((least, value) => Math.min(least, value), Infinity)
    const highest = minus.reduce((most, value) => Math.max(most, value), -Infinity)
    const collect = (
      into: typeof positive,
      columns: Int32Array,
      keep: (lane: number) => boolean,
    ): void =>
      columns.forEach((column, lane) => {
        if (!keep(lane)) return
        into.anchors.push(anchor)
        into.others.push(column)
      })
    collect(positive, positives, (lane) => (plus[lane] as number) - epsilon < highest)
    collect(negative, negatives, (lane) => (minus[lane] as number) + epsilon > lowest)
  })
  const take = ({ anchors, others }: typeof positive) => ({
    anchors: Int32Array.from(anchors),
    others: Int32Array.from(others),
  })
  return { positives: take(positive), negatives: take(negative) }
}
