import { defineLoss, type LossFactory } from './define.js'

/**
 * P2SGrad as a mean squared error: (cosθ - [j = y])², mean over all samples and classes; no scale and no margin.
 * Zhang et al., CVPR 2019, arXiv:1905.02479; as pytorch-metric-learning computes it.
 */
export const p2sGrad: LossFactory<never> = /* @__PURE__ */ defineLoss({
  name: 'P2SGrad',
  citation: 'Zhang et al., P2SGrad, CVPR 2019, arXiv:1905.02479',
  parameters: {},
  target: 'cosTheta',
  other: 'cosTheta',
  reduction: { positive: '(logit - 1)^2 / classes', negative: 'logit^2 / classes' },
})
