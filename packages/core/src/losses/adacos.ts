import { defineLoss, type LossFactory } from './define.js'
import { between } from './parameter.js'

/**
 * AdaCos: no margin; the scale follows the batch: s = log(B)/cos(min(π/4, median θ_y)), B the mean over rows of
 * Σ_{j≠y} exp(s·cosθ_j). Zhang et al., CVPR 2019, arXiv:1905.00292, eq. 10 to 15.
 *
 * State: `scale`, updated before use, frozen in evaluation. The median is the lower one. With two classes the paper's √2·log(C-1)
 * is 0 for ever and a batch may ask for a negative scale: both are held at `minimumScale`.
 */
export const adaCos: LossFactory<'minimumScale'> = /* @__PURE__ */ defineLoss({
  name: 'AdaCos',
  citation: 'Zhang et al., AdaCos, CVPR 2019, arXiv:1905.00292',
  parameters: { minimumScale: between(0.5, 1e-3, 1e4, { source: 'ours' }) },
  negatives: { sumOfExp: { reduce: 'sum', of: 'exp(scale * cosTheta)' } },
  batch: {
    meanSum: { reduce: 'mean', of: 'sumOfExp' },
    medianAngle: { reduce: 'lowerMedian', of: 'theta' },
  },
  state: {
    scale: {
      initial: 'max(minimumScale, sqrt(2) * log(max(classes - 1, 1)))',
      next: 'max(minimumScale, log(meanSum) / cos(min(pi / 4, medianAngle)))',
    },
  },
  target: 'scale * cosTheta',
  other: 'scale * cosTheta',
})
