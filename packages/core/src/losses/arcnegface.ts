import { defineLoss, type LossFactory } from './define.js'
import { positive, radians } from './parameter.js'

/**
 * ArcNegFace: negatives near the margined target are raised by r = α·exp(-(cosθ_j - a)²/σ), which carries no gradient.
 * Liu et al., Towards Flops-constrained Face Recognition, ICCV workshops 2019, arXiv:1909.00632; as FaceX-Zoo computes it.
 */
export const arcNegFace: LossFactory<'margin' | 'scale' | 'alpha' | 'sigma'> =
  /* @__PURE__ */ defineLoss({
    name: 'ArcNegFace',
    citation:
      'Liu et al., Towards Flops-constrained Face Recognition, ICCVW 2019, arXiv:1909.00632',
    parameters: {
      margin: radians(0.5, { source: 'FaceX-Zoo' }),
      scale: positive(64, { source: 'FaceX-Zoo' }),
      alpha: positive(1.2, { source: 'FaceX-Zoo' }),
      sigma: positive(2, { source: 'FaceX-Zoo' }),
    },
    row: {
      a: 'select(theta + margin <= pi, cos(theta + margin), cosTheta - margin * sin(margin))',
    },
    where: { r: 'stopGradient(alpha * exp(-(cosTheta - a)^2 / sigma))' },
    target: 'scale * a',
    other: 'scale * (r * cosTheta + r - 1)',
  })
