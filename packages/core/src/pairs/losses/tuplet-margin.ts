import { positive, radians } from '../../losses/parameter.js'
import { definePairLoss, type PairLossFactory } from '../define.js'

/**
 * Tuplet margin loss, for each positive pair: log(1 + Σ e^{s(cosθ_n - cos(θ_p - β))}) over the anchor's negatives, averaged over the
 * positive pairs. Yu and Tao, ICCV 2019, eq. 6. β is 5.73 degrees in pytorch-metric-learning, 0.1 radians here.
 */
export const tupletMargin: PairLossFactory<'margin' | 'scale'> = /* @__PURE__ */ definePairLoss({
  name: 'Tuplet margin',
  citation: 'Yu and Tao, Deep Metric Learning with Tuplet Margin Loss, ICCV 2019, eq. 6',
  parameters: {
    margin: radians(0.1, { source: 'paper (beta)' }),
    scale: positive(64, { source: 'paper' }),
  },
  positive: 'scale * cos(theta - margin)',
  negative: 'scale * cosTheta',
  over: 'positives',
  term: 'softplus(negatives - positive)',
})
