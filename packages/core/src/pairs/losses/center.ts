import { definePairLoss, type PairLossFactory } from '../define.js'

/**
 * Center loss: ½|x - c_y|², averaged over the samples; the centers are `others`, one row a class. Wen et al., ECCV 2016, eq. 2
 * (which sums). Weigh it with 0.003 beside a softmax, and move the centers with `updateCenters`, the paper's rule, or by
 * their gradient.
 */
export const center: PairLossFactory<never> = /* @__PURE__ */ definePairLoss({
  name: 'Center',
  citation:
    'Wen et al., A Discriminative Feature Learning Approach for Deep Face Recognition, ECCV 2016, eq. 2',
  parameters: {},
  positive: 'distance^2 / 2',
  over: 'pairs',
})
