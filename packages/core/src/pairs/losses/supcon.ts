import { positive } from '../../losses/parameter.js'
import { definePairLoss, type PairLossFactory } from '../define.js'

/** log of the softmax's denominator, over all but the anchor, less the mean score of the positives. */
const outside = 'softplus(negatives - positives) + positives - positiveSum / positiveCount'

const citation =
  'Khosla et al., Supervised Contrastive Learning, NeurIPS 2020, arXiv:2004.11362, eq. 2'

/**
 * Supervised contrastive loss, L_out: for each anchor minus the mean of log softmax(cosθ/T) over its positives, averaged over the
 * anchors above 0, and 0 for a batch of one class, both as pytorch-metric-learning does. Khosla et al., NeurIPS 2020, arXiv:2004.11362, eq. 2.
 */
export const supCon: PairLossFactory<'temperature'> = /* @__PURE__ */ definePairLoss({
  name: 'SupCon',
  citation,
  parameters: { temperature: positive(0.1, { source: 'pytorch-metric-learning' }) },
  positive: 'cosTheta / temperature',
  negative: 'cosTheta / temperature',
  over: 'anchors',
  term: `select(positiveCount > 0, ${outside}, 0)`,
  count: 'select(loss > 0, 1, 0)',
  needsBoth: true,
})

/**
 * The same as the authors' code (HobbitLong/SupContrast) executes it: times T/T_base and averaged over all anchors, those without
 * positives included. Give several views with `views: V`; without labels each sample's views are its only positives (SimCLR).
 */
export const supConViews: PairLossFactory<'temperature' | 'baseTemperature'> =
  /* @__PURE__ */ definePairLoss({
    name: 'SupCon (views)',
    citation,
    parameters: {
      temperature: positive(0.07, { source: "authors' code" }),
      baseTemperature: positive(0.07, { source: "authors' code" }),
    },
    positive: 'cosTheta / temperature',
    negative: 'cosTheta / temperature',
    over: 'anchors',
    term: `select(positiveCount > 0, temperature / baseTemperature * (${outside}), 0)`,
  })
