import { defineLoss, type LossFactory } from './define.js'
import { cosineMargin, positive } from './parameter.js'

/** CosFace (LMCL, AM-Softmax): s(cosθ - m). Wang et al., CVPR 2018, arXiv:1801.09414; Wang et al., arXiv:1801.05599. */
export const cosFace: LossFactory<'margin' | 'scale'> = /* @__PURE__ */ defineLoss({
  name: 'CosFace',
  citation: 'Wang et al., CosFace, CVPR 2018, arXiv:1801.09414',
  parameters: {
    margin: cosineMargin(0.35, { source: 'paper; insightface and TFace use 0.40' }),
    scale: positive(64, { source: 'paper' }),
  },
  target: 'scale * (cosTheta - margin)',
  other: 'scale * cosTheta',
})
