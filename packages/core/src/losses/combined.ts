import { defineLoss, type LossFactory } from './define.js'
import { between, cosineMargin, positive, radians } from './parameter.js'
import { pastPiTargets } from './past-pi.js'

/**
 * The combined margin s(cos(m1·θ + m2) - m3), of which SphereFace, ArcFace and CosFace are corners.
 * Deng et al., CVPR 2019, arXiv:1801.07698, eq. 4. Settings in use: (1, .3, .2), (1.2, .4, 0), (1.1, 0, .35), (.9, .4, .15).
 */
export const combined: LossFactory<'m1' | 'm2' | 'm3' | 'scale'> = /* @__PURE__ */ defineLoss({
  name: 'Combined margin',
  citation: 'Deng et al., ArcFace, CVPR 2019, arXiv:1801.07698, eq. 4',
  parameters: {
    m1: between(1, 0.01, 10, { unit: 'factor of the angle', source: 'insightface' }),
    m2: radians(0.3, { source: 'insightface' }),
    m3: cosineMargin(0.2, { source: 'insightface' }),
    scale: positive(64, { source: 'paper' }),
  },
  target: pastPiTargets({ angle: 'm1 * theta + m2', curve: 'cos(m1 * theta + m2) - m3', m3: 'm3' }),
  pastPi: 'none',
  other: 'scale * cosTheta',
  straightThrough: { target: 'scale', other: 'scale' },
})
