import { defineLoss, type LossFactory } from './define.js'
import { positive } from './parameter.js'

/** NormFace (normalised softmax, COCO): s·cosθ for every class. Wang et al., ACM MM 2017, arXiv:1704.06369. */
export const normFace: LossFactory<'scale'> = /* @__PURE__ */ defineLoss({
  name: 'NormFace',
  citation: 'Wang et al., NormFace, ACM MM 2017, arXiv:1704.06369',
  parameters: { scale: positive(64, { source: 'TFace; 20 in pytorch-metric-learning' }) },
  target: 'scale * cosTheta',
  other: 'scale * cosTheta',
})
