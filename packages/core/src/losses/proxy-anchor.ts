import { defineLoss, type LossFactory } from './define.js'
import { cosineMargin, positive } from './parameter.js'

/**
 * Proxy-Anchor: for each class, log(1 + Σ e^{-α(cosθ - δ)}) over its samples (mean over classes that have some) plus
 * log(1 + Σ e^{α(cosθ + δ)}) over all others (mean over all classes). Kim et al., CVPR 2020, arXiv:2003.13911, eq. 4.
 * One value for a batch: there is no loss per sample, and sample weights do not apply.
 */
export const proxyAnchor: LossFactory<'margin' | 'scale'> = /* @__PURE__ */ defineLoss({
  name: 'Proxy-Anchor',
  citation: 'Kim et al., Proxy Anchor Loss, CVPR 2020, arXiv:2003.13911',
  parameters: {
    margin: cosineMargin(0.1, { source: 'paper (delta)' }),
    scale: positive(32, { source: 'paper (alpha)' }),
  },
  target: '-scale * (cosTheta - margin)',
  other: 'scale * (cosTheta + margin)',
  reduction: 'classwise',
})
