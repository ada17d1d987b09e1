import { defineLoss, type LossFactory } from './define.js'

/**
 * Softmax cross-entropy on x·W, without bias: the baseline that margins start from.
 * Neither side is normalised, so the target is the plain product; at x = 0 every gradient is 0 by the rule for zero vectors.
 */
export const softmax: LossFactory<never> = /* @__PURE__ */ defineLoss({
  name: 'Softmax',
  citation: 'Softmax cross-entropy without bias; as opensphere softmaxloss.py',
  parameters: {},
  target: 'featureNorm * weightNorm * cosTheta',
  other: 'featureNorm * weightNorm * cosTheta',
})
