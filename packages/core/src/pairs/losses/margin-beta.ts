import { between } from '../../losses/parameter.js'
import { definePairLoss, type PairLossFactory } from '../define.js'
import { measures } from '../measures.js'

/**
 * Margin loss: max(d_ap - β + m, 0) + max(β - d_an + m, 0) for each triplet, divided by the number of parts above 0. The boundary β
 * is learnable, for all samples or with `beta: 'perClass'` for the anchor's class. Wu et al., Sampling Matters, ICCV 2017,
 * arXiv:1706.07567, eq. 5; sampled there with `mineDistanceWeighted`. `regularization` is ν, which keeps β small.
 */
export const marginBeta: PairLossFactory<'margin' | 'beta' | 'regularization', typeof measures> =
  /* @__PURE__ */ definePairLoss({
    name: 'Margin (beta)',
    citation:
      'Wu et al., Sampling Matters in Deep Embedding Learning, ICCV 2017, arXiv:1706.07567, eq. 5',
    parameters: {
      margin: between(0.2, 0, 1e6, { source: 'paper (alpha)' }),
      beta: { default: 1.2, learnable: true, source: 'paper' },
      regularization: between(0, 0, 1e6, { source: 'pytorch-metric-learning (nu)' }),
    },
    choices: measures,
    where: {
      near: 'max(positive - beta + margin, 0)',
      far: 'max(beta - negative + margin, 0)',
    },
    positive: 'measure',
    negative: 'measure',
    over: 'triplets',
    term: 'near + far + regularization * beta',
    count: 'select(near > 0, 1, 0) + select(far > 0, 1, 0)',
  })
