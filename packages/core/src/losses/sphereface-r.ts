import { defineLoss, type LossFactory } from './define.js'
import { between, positive } from './parameter.js'
import { psi } from './psi.js'

/**
 * SphereFace-R with hard feature normalisation: s·ψ(θ) with a real m. opensphere trains it with d logit/d cosθ := s
 * ("characteristic gradient detachment"), which is `gradient: 'straightThrough'` here. Liu et al., TPAMI 2022, arXiv:2109.05565.
 */
export const sphereFaceR: LossFactory<'margin' | 'scale'> = /* @__PURE__ */ defineLoss({
  name: 'SphereFace-R',
  citation: 'Liu et al., SphereFace Revived, TPAMI 2022, arXiv:2109.05565',
  parameters: {
    margin: between(1.7, 1, 10, { unit: 'factor of the angle', source: 'opensphere' }),
    scale: positive(30, { source: 'opensphere' }),
  },
  where: psi,
  target: 'scale * psi',
  other: 'scale * cosTheta',
  straightThrough: { target: 'scale', other: 'scale' },
})
