import { defineLoss, type LossFactory } from './define.js'
import { between, cosineMargin, positive } from './parameter.js'

/**
 * UniFace: every positive above one shared threshold, every negative below it: softplus(-z_y) + l·Σ softplus(z_j) with
 * z = s·cosθ - bias, clipped to ±s as in the official code (a positive below -s therefore gets no gradient).
 * Zhou et al., ICCV 2023, arXiv:2305.02063. The bias is learnable and starts at log(10·C·r).
 */
export const uniFace: LossFactory<'margin' | 'scale' | 'negativeWeight' | 'ratio' | 'bias'> =
  /* @__PURE__ */ defineLoss({
    name: 'UniFace',
    citation: 'Zhou et al., UniFace, ICCV 2023, arXiv:2305.02063',
    parameters: {
      margin: cosineMargin(0.4, { source: 'official code' }),
      scale: positive(64, { source: 'official code' }),
      negativeWeight: between(1, 0, 1e6, { source: 'official code (l)' }),
      ratio: positive(1, { source: 'official code (r)' }),
      bias: { default: 'log(10 * classes * ratio)', learnable: true, source: 'official code' },
    },
    target: 'scale * (cosTheta - margin) - bias',
    other: 'scale * cosTheta - bias',
    reduction: {
      positive: 'softplus(-clamp(logit, -scale, scale))',
      negative: 'negativeWeight * softplus(clamp(logit, -scale, scale))',
    },
  })
