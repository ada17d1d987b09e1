import { positive } from '../../losses/parameter.js'
import { definePairLoss, type PairLossFactory } from '../define.js'

/**
 * Neighbourhood components analysis: -log of the probability that a sample picks a neighbour of its class, with a softmax over
 * -scale·|x̂_i - x̂_j|²; averaged over the samples that have such a neighbour. Goldberger et al., NeurIPS 2004, eq. 7.
 */
export const nca: PairLossFactory<'scale'> = /* @__PURE__ */ definePairLoss({
  name: 'NCA',
  citation: 'Goldberger et al., Neighbourhood Components Analysis, NeurIPS 2004, eq. 7',
  parameters: { scale: positive(1, { source: 'pytorch-metric-learning (softmax_scale)' }) },
  positive: '-scale * chord^2',
  negative: '-scale * chord^2',
  over: 'anchors',
  term: 'select(positiveCount > 0, softplus(negatives - positives), 0)',
  count: 'select(positiveCount > 0, 1, 0)',
})
