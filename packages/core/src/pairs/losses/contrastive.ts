import { between } from '../../losses/parameter.js'
import { definePairLoss, type PairLossFactory } from '../define.js'
import { measures } from '../measures.js'

const parameters = {
  positiveMargin: between(0, 0, 1e6, { source: 'pytorch-metric-learning' }),
  negativeMargin: between(1, 0, 1e6, { source: 'pytorch-metric-learning' }),
} as const

/**
 * Contrastive loss as pytorch-metric-learning computes it, the distance not squared: max(d - m+, 0) for positives and
 * max(m- - d, 0) for negatives, each averaged over the pairs that are above 0.
 */
export const contrastive: PairLossFactory<'positiveMargin' | 'negativeMargin', typeof measures> =
  /* @__PURE__ */ definePairLoss({
    name: 'Contrastive',
    citation: 'Hadsell et al., CVPR 2006, without its squares',
    parameters,
    choices: measures,
    positive: 'max(measure - positiveMargin, 0)',
    negative: 'max(negativeMargin - measure, 0)',
    over: 'pairs',
    count: 'select(loss > 0, 1, 0)',
  })

/** Contrastive loss of the paper: ½d² for positives, ½max(m - d, 0)² for negatives. Hadsell et al., CVPR 2006, eq. 4. */
export const contrastiveSquared: PairLossFactory<
  'positiveMargin' | 'negativeMargin',
  typeof measures
> = /* @__PURE__ */ definePairLoss({
  name: 'Contrastive (squared)',
  citation:
    'Hadsell et al., Dimensionality Reduction by Learning an Invariant Mapping, CVPR 2006, eq. 4',
  parameters,
  choices: measures,
  positive: 'max(measure - positiveMargin, 0)^2 / 2',
  negative: 'max(negativeMargin - measure, 0)^2 / 2',
  over: 'pairs',
})
