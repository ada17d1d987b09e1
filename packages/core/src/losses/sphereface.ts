import { defineLoss, type LossFactory } from './define.js'
import { count, positive } from './parameter.js'
import { psi } from './psi.js'

/** SphereFace (A-Softmax): |x|·ψ(θ) against |x|·cosθ, class weights normalised. Liu et al., CVPR 2017, arXiv:1704.08063. */
export const sphereFace: LossFactory<'margin' | 'scale'> = /* @__PURE__ */ defineLoss({
  name: 'SphereFace',
  citation: 'Liu et al., SphereFace, CVPR 2017, arXiv:1704.08063',
  parameters: {
    margin: count(4, { source: 'paper' }),
    scale: positive(1, { source: 'pytorch-metric-learning' }),
  },
  where: psi,
  target: 'featureNorm * scale * psi',
  other: 'featureNorm * scale * cosTheta',
})
