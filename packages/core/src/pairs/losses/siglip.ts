import { positive } from '../../losses/parameter.js'
import { definePairLoss, type PairLossFactory } from '../define.js'

/**
 * SigLIP: a logistic loss for every pair of two towers, with logits ±(scale·cosθ + bias), summed over the pairs and divided by the
 * number of anchors. Zhai et al., ICCV 2023, arXiv:2303.15343, eq. 1. Scale and bias are learnable.
 */
export const sigLip: PairLossFactory<'scale' | 'bias'> = /* @__PURE__ */ definePairLoss({
  name: 'SigLIP',
  citation:
    'Zhai et al., Sigmoid Loss for Language Image Pre-Training, ICCV 2023, arXiv:2303.15343, eq. 1',
  parameters: {
    scale: positive(10, { learnable: true, source: "paper (t')" }),
    bias: { default: -10, learnable: true, source: 'paper' },
  },
  positive: 'softplus(-(scale * cosTheta + bias))',
  negative: 'softplus(scale * cosTheta + bias)',
  over: 'anchors',
  term: 'positiveSum + negativeSum',
})
