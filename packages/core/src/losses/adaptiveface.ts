import { defineLoss, type LossFactory } from './define.js'
import { between, positive } from './parameter.js'

/**
 * AdaptiveFace (AdaM-Softmax): CosFace with a learnable margin for each class, pushed up by λ(1 - mean m).
 * Liu et al., CVPR 2019. FaceX-Zoo starts the margins uniformly in (0.3, 0.4) and clamps them to [0, 1] after every step;
 * the optimiser that trains them has to do the same.
 */
export const adaptiveFace: LossFactory<'margin' | 'scale' | 'lambda'> = /* @__PURE__ */ defineLoss({
  name: 'AdaptiveFace',
  citation: 'Liu et al., AdaptiveFace, CVPR 2019',
  parameters: {
    margin: { unit: 'cosine', minimum: 0, maximum: 1, scope: 'perClass', learnable: true },
    scale: positive(32, { source: 'FaceX-Zoo' }),
    lambda: between(70, 0, 1e6, { source: 'FaceX-Zoo' }),
  },
  target: 'scale * (cosTheta - margin)',
  other: 'scale * cosTheta',
  regularizer: { class: 'lambda * (1 - margin)' },
})
