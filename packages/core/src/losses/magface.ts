import { defineLoss, type LossFactory } from './define.js'
import { between, positive, radians } from './parameter.js'
import { pastPiTargets } from './past-pi.js'

/**
 * MagFace: the margin grows with the embedding's norm a = clamp(|x|, l_a, u_a), and λ(a/u_a² + 1/a) rewards large norms;
 * both have gradients by |x|. Meng et al., CVPR 2021, arXiv:2103.06627. Default past π: the official `easy`.
 * For embeddings with small norms the authors' preset is lowerNorm 1, upperNorm 51, upperMargin 1, lambda 5.
 */
export const magFace: LossFactory<
  'lowerNorm' | 'upperNorm' | 'lowerMargin' | 'upperMargin' | 'scale' | 'lambda'
> = /* @__PURE__ */ defineLoss({
  name: 'MagFace',
  citation: 'Meng et al., MagFace, CVPR 2021, arXiv:2103.06627',
  parameters: {
    lowerNorm: positive(10, { source: 'official code' }),
    upperNorm: positive(110, { source: 'official code' }),
    lowerMargin: radians(0.45, { source: 'official code' }),
    upperMargin: radians(0.8, { source: 'official code' }),
    scale: positive(64, { source: 'official code' }),
    lambda: between(20, 0, 1e6, { source: 'official code; 35 in the paper' }),
  },
  where: {
    a: 'clamp(featureNorm, lowerNorm, upperNorm)',
    m: '(upperMargin - lowerMargin) / (upperNorm - lowerNorm) * (a - lowerNorm) + lowerMargin',
  },
  target: pastPiTargets({
    angle: 'theta + m',
    curve: 'cos(theta + m)',
    linear: 'cosTheta - m * sin(m)',
    plain: 'cosTheta',
  }),
  pastPi: 'easy',
  other: 'scale * cosTheta',
  regularizer: { sample: 'lambda * (a / upperNorm^2 + 1 / a)' },
})
