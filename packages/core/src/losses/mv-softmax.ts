import { defineLoss, type LossFactory } from './define.js'
import { between, cosineMargin, positive, radians } from './parameter.js'

/** A negative is hard where it beats `boundary`, the margined target cosine; it then counts as `hard` instead of cosθ. */
const mined = (hard: string): string => `scale * select(cosTheta > boundary, ${hard}, cosTheta)`

const adaptive = '(t + 1) * cosTheta + t'
const fixed = 'cosTheta + t'
const faceXZoo = 't * cosTheta + t - 1'
const citation = 'Wang et al., Mis-classified Vector Guided Softmax, AAAI 2020, arXiv:1912.00833'

const paperT = between(0.2, 0, 2, { source: 'paper' })
const paperScale = positive(32, { source: 'paper' })

/** SV-Softmax: hard negatives (cosθ_j > cosθ_y) are raised to (t+1)cosθ + t. Wang et al., arXiv:1812.11317. */
export const svSoftmax: LossFactory<'t' | 'scale'> = /* @__PURE__ */ defineLoss({
  name: 'SV-Softmax',
  citation: 'Wang et al., Support Vector Guided Softmax Loss, arXiv:1812.11317',
  parameters: { t: paperT, scale: paperScale },
  row: { boundary: 'cosTheta' },
  target: 'scale * cosTheta',
  other: mined(adaptive),
})

/** MV-Arc-Softmax of the paper, adaptive: target s·cos(θ+m), hard negatives (t+1)cosθ + t. Wang et al., AAAI 2020. */
export const mvArc: LossFactory<'margin' | 't' | 'scale'> = /* @__PURE__ */ defineLoss({
  name: 'MV-Arc-Softmax',
  citation,
  parameters: { margin: radians(0.5, { source: 'paper' }), t: paperT, scale: paperScale },
  row: { boundary: 'cos(theta + margin)' },
  target: 'scale * boundary',
  other: mined(adaptive),
})

/** MV-Arc-Softmax of the paper, fixed: hard negatives cosθ + t. */
export const mvArcFixed: LossFactory<'margin' | 't' | 'scale'> = /* @__PURE__ */ defineLoss({
  name: 'MV-Arc-Softmax, fixed',
  citation,
  parameters: { margin: radians(0.5, { source: 'paper' }), t: paperT, scale: paperScale },
  row: { boundary: 'cos(theta + margin)' },
  target: 'scale * boundary',
  other: mined(fixed),
})

/** MV-AM-Softmax of the paper, adaptive: target s(cosθ - m), hard negatives (t+1)cosθ + t. Wang et al., AAAI 2020. */
export const mvAm: LossFactory<'margin' | 't' | 'scale'> = /* @__PURE__ */ defineLoss({
  name: 'MV-AM-Softmax',
  citation,
  parameters: { margin: cosineMargin(0.35, { source: 'paper' }), t: paperT, scale: paperScale },
  row: { boundary: 'cosTheta - margin' },
  target: 'scale * boundary',
  other: mined(adaptive),
})

/** MV-AM-Softmax of the paper, fixed: hard negatives cosθ + t. */
export const mvAmFixed: LossFactory<'margin' | 't' | 'scale'> = /* @__PURE__ */ defineLoss({
  name: 'MV-AM-Softmax, fixed',
  citation,
  parameters: { margin: cosineMargin(0.35, { source: 'paper' }), t: paperT, scale: paperScale },
  row: { boundary: 'cosTheta - margin' },
  target: 'scale * boundary',
  other: mined(fixed),
})

const faceXZooT = positive(1.12, { source: 'FaceX-Zoo (mv_weight, the paper’s t + 1)' })
const faceXZooScale = positive(32, { source: 'FaceX-Zoo' })

/** MV-Softmax as FaceX-Zoo runs it, arc branch: the margin acts while cosθ_y > 0 (a jump up by sin m at 90°). */
export const mvArcFaceXZoo: LossFactory<'margin' | 't' | 'scale'> = /* @__PURE__ */ defineLoss({
  name: 'MV-Softmax (FaceX-Zoo, arc)',
  citation,
  parameters: {
    margin: radians(0.35, { source: 'FaceX-Zoo' }),
    t: faceXZooT,
    scale: faceXZooScale,
  },
  row: { boundary: 'cos(theta + margin)' },
  target: 'scale * select(cosTheta > 0, boundary, cosTheta)',
  other: mined(faceXZoo),
})

/** MV-Softmax as FaceX-Zoo runs it, am branch: the margin acts while cosθ_y > m (a jump up by m there). */
export const mvAmFaceXZoo: LossFactory<'margin' | 't' | 'scale'> = /* @__PURE__ */ defineLoss({
  name: 'MV-Softmax (FaceX-Zoo, am)',
  citation,
  parameters: {
    margin: cosineMargin(0.35, { source: 'FaceX-Zoo' }),
    t: faceXZooT,
    scale: faceXZooScale,
  },
  row: { boundary: 'cosTheta - margin' },
  target: 'scale * select(cosTheta > margin, boundary, cosTheta)',
  other: mined(faceXZoo),
})
