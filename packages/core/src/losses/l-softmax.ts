import { defineLoss, type LossFactory } from './define.js'
import { count, positive } from './parameter.js'
import { psi } from './psi.js'

/** L-Softmax: |x||w|·ψ(θ) against |x||w|·cosθ. Liu et al., ICML 2016, arXiv:1612.02295, eq. 4 to 6. */
export const lSoftmax: LossFactory<'margin' | 'scale'> = /* @__PURE__ */ defineLoss({
  name: 'L-Softmax',
  citation: 'Liu et al., Large-Margin Softmax Loss, ICML 2016, arXiv:1612.02295',
  parameters: {
    margin: count(4, { source: 'pytorch-metric-learning' }),
    scale: positive(1, { source: 'pytorch-metric-learning' }),
  },
  where: psi,
  target: 'featureNorm * weightNorm * scale * psi',
  other: 'featureNorm * weightNorm * scale * cosTheta',
})
