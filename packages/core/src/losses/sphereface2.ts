import { defineLoss, type LossFactory } from './define.js'
import { between, cosineMargin, positive } from './parameter.js'

/**
 * SphereFace2-C: one binary classifier a class, on g(cosθ) = 2((cosθ+1)/2)^t - 1, with a learnable bias.
 * The bias starts at the closed form that makes the initial loss smallest. opensphere trains with d logit/d cosθ := r,
 * which is `gradient: 'straightThrough'` here. Wen et al., ICLR 2022, arXiv:2108.01513.
 */
export const sphereFace2: LossFactory<
  'alpha' | 'scale' | 'margin' | 'power' | 'lossWeight' | 'bias'
> = /* @__PURE__ */ defineLoss({
  name: 'SphereFace2-C',
  citation: 'Wen et al., SphereFace2, ICLR 2022, arXiv:2108.01513',
  parameters: {
    alpha: between(0.7, 0.001, 0.999, { source: 'opensphere' }),
    scale: positive(40, { source: 'opensphere (r)' }),
    margin: cosineMargin(0.4, { source: 'opensphere' }),
    power: between(3, 1, 100, { source: 'opensphere (t)' }),
    lossWeight: positive(50, { source: 'opensphere (lw)' }),
    bias: {
      // The root of a quadratic, in the form whose terms do not cancel.
      default: 'select(z < 1, log(2 * z / (1 - z + root)) - ai, log((z - 1 + root) / 2) - ay)',
      learnable: true,
      source: 'opensphere',
    },
  },
  where: {
    z: 'alpha / ((1 - alpha) * max(classes - 1, 1))',
    ay: 'scale * (2 * 0.5 ^ power - 1 - margin)',
    ai: 'scale * (2 * 0.5 ^ power - 1 + margin)',
    root: 'sqrt((1 - z)^2 + 4 * z * exp(ay - ai))',
    g: '2 * ((cosTheta + 1) / 2) ^ power - 1',
  },
  target: 'scale * (g - margin) + bias',
  other: 'scale * (g + margin) + bias',
  straightThrough: { target: 'scale', other: 'scale' },
  reduction: {
    positive: 'lossWeight * alpha / scale * softplus(-logit)',
    negative: 'lossWeight * (1 - alpha) / scale * softplus(logit)',
  },
})
