import { defineLoss, type LossFactory } from './define.js'
import { positive, radians } from './parameter.js'

/**
 * ArcFace as opensphere computes it: s·cos(clip(θ + m, 1e-5, 3.14159)), flat past π. opensphere trains it with
 * `gradient: 'straightThrough'`; with `exact` a sample past π gets no gradient. Deng et al., CVPR 2019, arXiv:1801.07698.
 */
export const arcFaceClipped: LossFactory<'margin' | 'scale'> = /* @__PURE__ */ defineLoss({
  name: 'ArcFace, clipped',
  citation: 'Deng et al., ArcFace, CVPR 2019, arXiv:1801.07698; opensphere arcface.py',
  parameters: {
    margin: radians(0.5, { source: 'opensphere' }),
    scale: positive(64, { source: 'opensphere' }),
  },
  target: 'scale * cos(clamp(theta + margin, 0.00001, 3.14159))',
  other: 'scale * cosTheta',
  straightThrough: { target: 'scale', other: 'scale' },
})
