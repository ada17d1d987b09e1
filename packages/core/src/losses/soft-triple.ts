import { defineLoss, type LossFactory } from './define.js'
import { cosineMargin, positive } from './parameter.js'

/**
 * SoftTriple: K sub-centers a class, pooled by a softmax with temperature γ instead of the maximum. The centers' merging
 * regulariser of the paper is not part of it. Qian et al., ICCV 2019, arXiv:1909.05235, eq. 8.
 */
export const softTriple: LossFactory<'margin' | 'scale' | 'temperature'> =
  /* @__PURE__ */ defineLoss({
    name: 'SoftTriple',
    citation: 'Qian et al., SoftTriple Loss, ICCV 2019, arXiv:1909.05235',
    parameters: {
      margin: cosineMargin(0.01, { source: 'paper' }),
      scale: positive(20, { source: 'paper (lambda)' }),
      temperature: positive(0.1, { source: 'paper (gamma)' }),
    },
    target: 'scale * (cosTheta - margin)',
    other: 'scale * cosTheta',
    pooling: { temperature: 'temperature' },
  })
