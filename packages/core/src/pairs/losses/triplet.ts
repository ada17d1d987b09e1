import { between } from '../../losses/parameter.js'
import { definePairLoss, type PairLossFactory } from '../define.js'
import { measures } from '../measures.js'

/** From where the negative's distance is taken, what becomes of a violation, and which triplets count. */
const choices: typeof measures & {
  readonly swap: Readonly<Record<'never' | 'nearer', string>>
  readonly hinge: Readonly<Record<'hard' | 'soft', string>>
  readonly mining: Readonly<Record<'all' | 'semiHard' | 'hard', string>>
} = {
  ...measures,
  swap: { never: 'negative', nearer: 'min(negative, swapped)' },
  hinge: {
    hard: 'max(positive - swap + margin, 0)',
    soft: 'softplus(positive - swap + margin)',
  },
  mining: {
    all: '1',
    semiHard: 'select(positive < negative, select(negative <= positive + margin, 1, 0), 0)',
    hard: 'select(positive >= hardestPositive, select(negative <= hardestNegative, 1, 0), 0)',
  },
}

/**
 * Triplet loss: max(d_ap - d_an + m, 0) with d between unit vectors, averaged over the triplets above 0.
 * Schroff et al., FaceNet, CVPR 2015, arXiv:1503.03832, eq. 2 (with squares: `measure: 'squaredChord'`).
 *
 * `mining`: all triplets; the semi-hard ones, d_ap < d_an <= d_ap + m; or each anchor's farthest positive with its nearest negative
 * (batch-hard, Hermans et al., arXiv:1703.07737). `hinge: 'soft'` is log(1 + e^violation), often with margin 0. `swap: 'nearer'`
 * takes the negative's distance from the anchor or the positive, whichever is nearer (Balntas et al., BMVC 2016); every triplet
 * then measures a pair of its own, so use it for small batches.
 */
export const tripletMargin: PairLossFactory<'margin', typeof choices> =
  /* @__PURE__ */ definePairLoss({
    name: 'Triplet margin',
    citation: 'Schroff et al., FaceNet, CVPR 2015, arXiv:1503.03832, eq. 2',
    parameters: { margin: between(0.05, 0, 1e6, { source: 'pytorch-metric-learning' }) },
    choices,
    positive: 'measure',
    negative: 'measure',
    over: 'triplets',
    term: 'hinge',
    keep: 'mining',
    count: 'select(loss > 0, 1, 0)',
  })
