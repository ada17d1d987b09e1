import { defineLoss, type LossFactory } from './define.js'
import { cosineMargin, positive } from './parameter.js'

/**
 * Circle loss, class level: each cosine is weighted by its own distance from the optimum, and the weight has no gradient.
 * Sun et al., CVPR 2020, arXiv:2002.10857, eq. 5 to 8.
 */
export const circle: LossFactory<'margin' | 'scale'> = /* @__PURE__ */ defineLoss({
  name: 'Circle (class level)',
  citation: 'Sun et al., Circle Loss, CVPR 2020, arXiv:2002.10857',
  parameters: {
    margin: cosineMargin(0.25, { source: 'paper' }),
    scale: positive(256, { source: 'paper (gamma)' }),
  },
  target: 'scale * stopGradient(max(1 + margin - cosTheta, 0)) * (cosTheta - (1 - margin))',
  other: 'scale * stopGradient(max(cosTheta + margin, 0)) * (cosTheta - margin)',
})
