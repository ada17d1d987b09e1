import { defineLoss, type LossFactory } from './define.js'
import { between, positive, radians } from './parameter.js'

/**
 * KappaFace: ArcFace with the margin m·w_y, w_y in [0, 1] from how concentrated and how large class y is; see
 * `kappaWeights` of `@arcmargin/core/head` for the table. Oinar et al., arXiv:2201.07394. No treatment past π, as in the official code.
 */
export const kappaFace: LossFactory<'margin' | 'weight' | 'scale'> = /* @__PURE__ */ defineLoss({
  name: 'KappaFace',
  citation: 'Oinar et al., KappaFace, arXiv:2201.07394',
  parameters: {
    margin: radians(0.8, { source: 'official configuration (m0)' }),
    weight: { ...between(1, 0, 1, { source: 'ours: all of the margin' }), scope: 'perClass' },
    scale: positive(64, { source: 'official configuration' }),
  },
  target: 'scale * cos(theta + margin * weight)',
  other: 'scale * cosTheta',
})
