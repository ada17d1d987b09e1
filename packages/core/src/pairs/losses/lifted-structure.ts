import { between } from '../../losses/parameter.js'
import { definePairLoss, type PairLossFactory } from '../define.js'
import { measures } from '../measures.js'

/**
 * Lifted structure loss in its generalised form, for each anchor: max(log Σ e^{d_p - m+} + log Σ e^{m- - d_n}, 0), averaged over all
 * anchors. Hermans et al., arXiv:1703.07737, eq. 10, after Oh Song et al., CVPR 2016, arXiv:1511.06452.
 * As in pytorch-metric-learning an anchor without positives (or negatives) leaves that sum out and still counts, in a batch of one
 * class, too.
 */
export const liftedStructure: PairLossFactory<
  'positiveMargin' | 'negativeMargin',
  typeof measures
> = /* @__PURE__ */ definePairLoss({
  name: 'Lifted structure',
  citation: 'Hermans et al., In Defense of the Triplet Loss, arXiv:1703.07737, eq. 10',
  parameters: {
    positiveMargin: between(0, 0, 1e6, { source: 'pytorch-metric-learning' }),
    negativeMargin: between(1, 0, 1e6, { source: 'pytorch-metric-learning' }),
  },
  choices: measures,
  positive: 'measure - positiveMargin',
  negative: 'negativeMargin - measure',
  over: 'anchors',
  term: 'max(select(positiveCount > 0, positives, 0) + select(negativeCount > 0, negatives, 0), 0)',
})
