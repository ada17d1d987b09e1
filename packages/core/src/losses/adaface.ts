import { defineLoss, type LossFactory } from './define.js'
import { between, positive, radians } from './parameter.js'

/**
 * AdaFace: the margin turns from additive-angular to additive-cosine with the embedding's norm, a proxy of picture quality,
 * standardised by running statistics. Kim et al., CVPR 2022, arXiv:2204.00964, eq. 11 to 13.
 *
 * State: `mean`, `std` of the norms, updated before use, frozen in evaluation; a batch of one leaves `std` as it is (the
 * reference turns it into NaN). Angles below `edge` get no gradient, as in the reference: its clamp of the cosine to 1 - 0.001.
 */
export const adaFace: LossFactory<'margin' | 'h' | 'scale' | 'momentum' | 'edge' | 'eps'> =
  /* @__PURE__ */ defineLoss({
    name: 'AdaFace',
    citation: 'Kim et al., AdaFace, CVPR 2022, arXiv:2204.00964',
    parameters: {
      margin: radians(0.4, { source: 'paper and class default' }),
      h: between(0.333, 0, 1e6, { source: 'paper and class default; 0 in the training script' }),
      scale: positive(64, { source: 'paper' }),
      momentum: between(0.01, 0, 1, { source: 'paper (t_alpha); 1 is the class default' }),
      edge: radians(0.04472508716873646, { source: 'official code (acos(1 - eps))' }),
      eps: between(1e-3, 0, 1, { source: 'official code' }),
    },
    batch: {
      batchMean: { reduce: 'mean', of: 'safeNorm' },
      batchStd: { reduce: 'std', of: 'safeNorm' },
    },
    state: {
      mean: { initial: '20', next: 'momentum * batchMean + (1 - momentum) * mean' },
      std: {
        initial: '100',
        next: 'select(batchSize > 1, momentum * batchStd + (1 - momentum) * std, std)',
      },
    },
    where: { safeNorm: 'clamp(featureNorm, 0.001, 100)' },
    row: { z: 'stopGradient(clamp(h * (safeNorm - mean) / (std + eps), -1, 1))' },
    target:
      'scale * (cos(clamp(clamp(theta, edge, pi - edge) - margin * z, eps, pi - eps)) - margin * (1 + z))',
    other: 'scale * clamp(cosTheta, -cos(edge), cos(edge))',
  })
