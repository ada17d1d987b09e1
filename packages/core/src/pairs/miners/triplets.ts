import { checkValue } from '../../losses/parameter.js'
import { createTriplets, eachRow, type MinerBatch, type Triplets } from './rows.js'

/**
 * The semi-hard triplets: d_ap < d_an <= d_ap + margin, d = |x̂_i - x̂_j|. Schroff et al., FaceNet, CVPR 2015, arXiv:1503.03832.
 *
 * @param batch embeddings [N, D] and labels [N], -1 ignored.
 * @param margin at least 0.
 * @param pick `all` of them, as pytorch-metric-learning, or the `hardest` for each positive pair, as FaceNet: the nearest negative
 *   beyond the positive. Default `all`.
 * @throws ParameterError, ShapeError, LabelError, NonFiniteError naming the argument and the row.
 */
export const mineSemiHard = (
  batch: MinerBatch,
  margin: number,
  pick: 'all' | 'hardest' = 'all',
): Triplets => {
  checkValue('margin', { minimum: 0 }, margin)
  const triplets = createTriplets()
  eachRow(batch, 'chord', ({ anchor, positives, negatives, plus, minus }) => {
    positives.forEach((positive, p) => {
      const near = plus[p] as number
      const found = [...negatives.keys()].filter((n) => {
        const far = minus[n] as number
        return far > near && far <= near + margin
      })
      const chosen =
        pick === 'all'
          ? found
          : found.sort((a, b) => (minus[a] as number) - (minus[b] as number)).slice(0, 1)
      for (const n of chosen) triplets.add(anchor, positive, negatives[n] as number)
    })
  })
  return triplets.take()
}

const indexOfBest = (values: Float64Array, better: (a: number, b: number) => boolean): number =>
  values.reduce((best, value, at) => (better(value, values[best] as number) ? at : best), 0)

/**
 * Batch-hard triplets: each anchor's farthest positive with its nearest negative; of equals the first row. At most N triplets.
 * Hermans et al., arXiv:1703.07737.
 */
export const mineHard = (batch: MinerBatch): Triplets => {
  const triplets = createTriplets()
  eachRow(batch, 'chord', ({ anchor, positives, negatives, plus, minus }) => {
    if (positives.length === 0 || negatives.length === 0) return
    const positive = positives[indexOfBest(plus, (a, b) => a > b)] as number
    const negative = negatives[indexOfBest(minus, (a, b) => a < b)] as number
    triplets.add(anchor, positive, negative)
  })
  return triplets.take()
}
