import { cosineMargin, positive } from '../../losses/parameter.js'
import { definePairLoss, type PairLossFactory } from '../define.js'

const scores = {
  positive: '-scale * stopGradient(max(1 + margin - cosTheta, 0)) * (cosTheta - (1 - margin))',
  negative: 'scale * stopGradient(max(cosTheta + margin, 0)) * (cosTheta - margin)',
} as const

const citation = 'Sun et al., Circle Loss, CVPR 2020, arXiv:2002.10857, eq. 6'

/**
 * Circle loss over the pairs of each anchor: log(1 + Σ e^{φ+}·Σ e^{φ-}), where each cosine is weighted by its own distance from the
 * optimum and the weight has no gradient; averaged over the anchors above 0. Sun et al., CVPR 2020, arXiv:2002.10857, eq. 6.
 */
export const circlePair: PairLossFactory<'margin' | 'scale'> = /* @__PURE__ */ definePairLoss({
  name: 'Circle (pair)',
  citation,
  parameters: {
    margin: cosineMargin(0.4, { source: 'pytorch-metric-learning' }),
    scale: positive(80, { source: 'pytorch-metric-learning (gamma)' }),
  },
  ...scores,
  over: 'anchors',
  term: 'softplus(positives + negatives)',
  count: 'select(loss > 0, 1, 0)',
})

/** Circle loss as one value over all pairs of the batch, each taken once, as TinyZeaMays/CircleLoss computes it. */
export const circlePooled: PairLossFactory<'margin' | 'scale'> = /* @__PURE__ */ definePairLoss({
  name: 'Circle (pooled)',
  citation,
  parameters: {
    margin: cosineMargin(0.25, { source: 'paper' }),
    scale: positive(256, { source: 'paper (gamma)' }),
  },
  ...scores,
  over: 'batch',
  pairing: 'unordered',
  term: 'softplus(positives + negatives)',
})
