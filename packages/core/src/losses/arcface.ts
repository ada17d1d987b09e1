import { defineLoss, type LossFactory } from './define.js'
import { cosineMargin, positive, radians } from './parameter.js'
import { pastPiTargets } from './past-pi.js'

/**
 * ArcFace: an additive margin on the angle, s·cos(θ + m). Deng et al., CVPR 2019, arXiv:1801.07698, eq. 3.
 *
 * Past π the default is the paper's code's linear continuation; `mirror` is the choice that is continuous and monotone.
 * `plainMargin` matters to `plain` alone. `straightThrough` is what insightface's arcface_torch and opensphere train with.
 * With `margin: 'perClass'` and sub-centers it is the sub-center ArcFace with dynamic margins.
 */
export const arcFace: LossFactory<'margin' | 'scale' | 'plainMargin'> = /* @__PURE__ */ defineLoss({
  name: 'ArcFace',
  citation: 'Deng et al., ArcFace, CVPR 2019, arXiv:1801.07698, eq. 3',
  parameters: {
    margin: radians(0.5, { source: 'paper' }),
    scale: positive(64, { source: 'paper' }),
    plainMargin: cosineMargin(0, { source: 'FaceX-Zoo (margin_am)' }),
  },
  target: pastPiTargets({
    angle: 'theta + margin',
    curve: 'cos(theta + margin)',
    linear: 'cosTheta - margin * sin(margin)',
    plain: 'cosTheta - plainMargin',
  }),
  pastPi: 'linear',
  other: 'scale * cosTheta',
  straightThrough: { target: 'scale', other: 'scale' },
})
