import { between, positive } from '../../losses/parameter.js'
import { definePairLoss, type PairLossFactory } from '../define.js'

/**
 * Multi-similarity loss, for each anchor: (1/α)·log(1 + Σ e^{-α(s_p - λ)}) + (1/β)·log(1 + Σ e^{β(s_n - λ)}), averaged over all
 * anchors. Wang et al., CVPR 2019, arXiv:1904.06627, eq. 15. The paper mines first: give `pairs: mineMultiSimilarity(…)`.
 */
export const multiSimilarity: PairLossFactory<'alpha' | 'beta' | 'base'> =
  /* @__PURE__ */ definePairLoss({
    name: 'Multi-similarity',
    citation:
      'Wang et al., Multi-Similarity Loss with General Pair Weighting, CVPR 2019, arXiv:1904.06627, eq. 15',
    parameters: {
      alpha: positive(2, { source: 'paper' }),
      beta: positive(50, { source: 'paper' }),
      base: between(0.5, -1, 1, { unit: 'cosine', source: 'pytorch-metric-learning (lambda)' }),
    },
    positive: '-alpha * (cosTheta - base)',
    negative: 'beta * (cosTheta - base)',
    over: 'anchors',
    term: 'softplus(positives) / alpha + softplus(negatives) / beta',
  })
