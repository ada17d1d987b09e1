import { definePairLoss, type PairLossFactory } from '../define.js'
import { similarities } from '../measures.js'

/**
 * N-pair loss: the first two samples of each class are anchor and positive, and each anchor's softmax over all positives has its
 * own as the target. Sohn, NeurIPS 2016, eq. 7. Cosines by default, as pytorch-metric-learning; the paper takes dot products
 * of raw embeddings (`similarity: 'dot'`) with a penalty on their length, which is not part of this.
 */
export const nPair: PairLossFactory<never, typeof similarities> = /* @__PURE__ */ definePairLoss({
  name: 'N-pair',
  citation:
    'Sohn, Improved Deep Metric Learning with Multi-class N-pair Loss Objective, NeurIPS 2016, eq. 7',
  parameters: {},
  choices: similarities,
  positive: 'similarity',
  negative: 'similarity',
  over: 'positives',
  term: 'softplus(negatives - positive)',
  pairing: 'firstOfClass',
})
