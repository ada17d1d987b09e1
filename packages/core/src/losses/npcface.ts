import { defineLoss, type LossFactory } from './define.js'
import { between, positive, radians } from './parameter.js'

/**
 * NPCFace: the margin of a sample grows with the mean cosine of its hard negatives (cosθ_j > cos(θ_y + margin)), which are
 * themselves raised to t·cosθ + a. Zeng et al., arXiv:2007.10172; as FaceX-Zoo computes it. `margin` enters the mask alone.
 */
export const npcFace: LossFactory<'margin' | 'scale' | 'm0' | 'm1' | 't' | 'a'> =
  /* @__PURE__ */ defineLoss({
    name: 'NPCFace',
    citation: 'Zeng et al., NPCFace, arXiv:2007.10172',
    parameters: {
      margin: radians(0.5, { source: 'FaceX-Zoo' }),
      scale: positive(64, { source: 'FaceX-Zoo' }),
      m0: radians(0.4, { source: 'FaceX-Zoo' }),
      m1: radians(0.2, { source: 'FaceX-Zoo' }),
      t: positive(1.1, { source: 'FaceX-Zoo' }),
      a: between(0.2, 0, 2, { source: 'FaceX-Zoo' }),
    },
    row: { boundary: 'cos(theta + margin)', m: 'stopGradient(m0 + m1 * meanHard)' },
    negatives: { meanHard: { reduce: 'mean', of: 'cosTheta', where: 'cosTheta > boundary' } },
    target: 'scale * select(cosTheta > 0, cos(theta + m), cosTheta)',
    other: 'scale * select(cosTheta > boundary, t * cosTheta + a, cosTheta)',
  })
