import { defineLoss, type LossFactory } from './define.js'
import { between, count, positive } from './parameter.js'
import { psi } from './psi.js'

/**
 * SphereFace as it is trained: the target |x|(λcosθ + ψ)/(1 + λ) starts near plain softmax and approaches ψ while
 * λ = max(minimum, base·(1 + decay·iteration)^-power) falls. State: `iteration`, counted before use, frozen in evaluation.
 * Defaults: the official Caffe schedule; {@link clcarwinSchedule} is the other one in use.
 */
export const sphereFaceAnnealed: LossFactory<'margin' | 'base' | 'decay' | 'power' | 'minimum'> =
  /* @__PURE__ */ defineLoss({
    name: 'SphereFace, annealed',
    citation:
      'Liu et al., SphereFace, CVPR 2017, arXiv:1704.08063; schedule of sphereface_model.prototxt',
    parameters: {
      margin: count(4, { source: 'paper' }),
      base: positive(1000, { source: 'wy1iu/sphereface' }),
      decay: positive(0.12, { source: 'wy1iu/sphereface' }),
      power: positive(1, { source: 'wy1iu/sphereface' }),
      minimum: between(5, 0, 1e9, { source: 'wy1iu/sphereface' }),
    },
    state: { iteration: { initial: '0', next: 'iteration + 1' } },
    where: {
      ...psi,
      lambda: 'max(minimum, base * (1 + decay * iteration) ^ (-power))',
    },
    target: 'featureNorm * (lambda * cosTheta + psi) / (1 + lambda)',
    other: 'featureNorm * cosTheta',
  })

/** The schedule of clcarwin/sphereface_pytorch: λ = max(5, 1500/(1 + 0.1·iteration)). */
export const clcarwinSchedule: Readonly<{
  base: number
  decay: number
  power: number
  minimum: number
}> = { base: 1500, decay: 0.1, power: 1, minimum: 5 }
