import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { marginLoss } from '../../src/head/index.js'
import {
  arcFace,
  arcFaceClipped,
  combined,
  cosFace,
  type Loss,
  type LossOptions,
  normFace,
  sphereFaceR,
} from '../../src/index.js'
import { adversarial } from '../support/adversarial.js'

/** Losses with other logits s·cosθ, and the largest |dT/dθ|/s of their targets. */
const cosineLosses: readonly (readonly [
  string,
  (options: LossOptions<'scale'>) => Loss,
  number,
])[] = [
  ['NormFace', normFace, 1],
  ['CosFace', cosFace, 1],
  ['ArcFace, linear', arcFace, 1],
  ['ArcFace, none', (options) => arcFace({ ...options, pastPi: 'none' }), 1],
  ['ArcFace, easy', (options) => arcFace({ ...options, pastPi: 'easy' }), 1],
  ['ArcFace, plain', (options) => arcFace({ ...options, pastPi: 'plain' }), 1],
  ['ArcFace, mirror', (options) => arcFace({ ...options, pastPi: 'mirror' }), 1],
  [
    'ArcFace, straight through',
    (options) => arcFace({ ...options, gradient: 'straightThrough' }),
    1,
  ],
  ['ArcFace, clipped', arcFaceClipped, 1],
  ['combined, m1 = 1.5', (options) => combined({ ...options, m1: 1.5 }), 1.5],
  ['SphereFace-R, m = 1.7', sphereFaceR, 1.7],
]

/**
 * Row i of the loss is -log p_y of a softmax, so its slope by the target logit is p_y - 1 and those by the others sum to 1 - p_y.
 * A logit moves with |x_i| at most as fast as its angle, and the angle by a unit vector over |x_i|. Hence, with the row's share r_i in
 * the reduced loss,
 *
 *     |dL/dx_i| <= r_i (1 - p_y) (max|dT/dθ| + s) / |x_i|   and   |dL/dw_j| <= Σ_i r_i g_ij / |w_j|
 *
 * where g_ij is (1 - p_y) max|dT/dθ| for the row's own class and p_j s for the others: at most 2·s·max(1, max|dT/dθ|/s) in all.
 */
describe('gradients are bounded by 2·s·max|dT/dθ|/|x|, however hard the batch', () => {
  test.each(cosineLosses)('%s', (_, make, steepest) => {
    fc.assert(
      fc.property(adversarial(normFace(), undefined), ({ batch, classes, scale }) => {
        const { embeddings, classWeights, labels, dimension, subCenters } = batch
        const { losses, gradients } = marginLoss(make({ scale }), batch, { gradients: true })
        const counted = labels.filter((label) => label >= 0).length
        // Float32 results are rounded by 6e-8, or to a denormal number.
        const allow = (bound: number): number => bound * (1 + 1e-6) + 1e-44
        const total = labels.reduce((sum, label, row) => {
          const x = embeddings.subarray(row * dimension, (row + 1) * dimension)
          const g = gradients.embeddings?.subarray(row * dimension, (row + 1) * dimension) ?? []
          const share = label < 0 ? 0 : -Math.expm1(-(losses[row] as number)) / counted
          const norm = Math.hypot(...x)
          const length = Math.hypot(...g)
          if (norm < 1e-30) expect(length).toBe(0)
          else expect(length).toBeLessThanOrEqual(allow((share * scale * (1 + steepest)) / norm))
          return sum + share
        }, 0)
        for (let vector = 0; vector < classes * subCenters; vector++) {
          const w = classWeights.subarray(vector * dimension, (vector + 1) * dimension)
          const g =
            gradients.classWeights?.subarray(vector * dimension, (vector + 1) * dimension) ?? []
          const norm = Math.hypot(...w)
          const length = Math.hypot(...g)
          if (norm < 1e-30) expect(length).toBe(0)
          else expect(length).toBeLessThanOrEqual(allow((total * scale * steepest) / norm))
        }
      }),
      { seed: 11, numRuns: 150 },
    )
  })
})
