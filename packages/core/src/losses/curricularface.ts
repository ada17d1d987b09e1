import { defineLoss, type LossFactory } from './define.js'
import { between, positive, radians } from './parameter.js'
import { pastPiTargets } from './past-pi.js'

/**
 * CurricularFace: hard negatives (cosθ_j > cos(θ_y + m)) are weighted by t + cosθ_j, where t follows the mean target cosine.
 * Huang et al., CVPR 2020, arXiv:2004.00288. State: `t`, updated before use, frozen in evaluation.
 */
export const curricularFace: LossFactory<'margin' | 'scale' | 'momentum'> =
  /* @__PURE__ */ defineLoss({
    name: 'CurricularFace',
    citation: 'Huang et al., CurricularFace, CVPR 2020, arXiv:2004.00288',
    parameters: {
      margin: radians(0.5, { source: 'paper' }),
      scale: positive(64, { source: 'paper' }),
      momentum: between(0.01, 0, 1, { source: 'official code (weight of the new mean)' }),
    },
    batch: { meanCosine: { reduce: 'mean', of: 'cosTheta' } },
    state: { t: { initial: '0', next: 'momentum * meanCosine + (1 - momentum) * t' } },
    row: { boundary: 'cos(theta + margin)' },
    target: pastPiTargets({
      angle: 'theta + margin',
      curve: 'boundary',
      linear: 'cosTheta - margin * sin(margin)',
    }),
    pastPi: 'linear',
    other: 'scale * select(cosTheta > boundary, cosTheta * (t + cosTheta), cosTheta)',
  })
