import { defineLoss, type LossFactory } from './define.js'
import { positive } from './parameter.js'

// |x̂ - ŵ|² is 4·sin²(θ/2), which keeps its digits for close pairs where 2 - 2cosθ loses them.

/**
 * ProxyNCA with the positive proxy in the denominator (ProxyNCA++): softmax over -scale·|x̂ - ŵ|².
 * Teh et al., ECCV 2020, arXiv:2004.01113; as pytorch-metric-learning computes it.
 */
export const proxyNca: LossFactory<'scale'> = /* @__PURE__ */ defineLoss({
  name: 'ProxyNCA++',
  citation: 'Teh et al., ProxyNCA++, ECCV 2020, arXiv:2004.01113',
  parameters: { scale: positive(1, { source: 'pytorch-metric-learning' }) },
  target: '-4 * scale * sin(theta / 2)^2',
  other: '2 * scale * (cosTheta - 1)',
})

/**
 * ProxyNCA of the original paper: both sides scaled to `norm`, the positive proxy left out of the denominator, so the loss may
 * be negative. Movshovitz-Attias et al., ICCV 2017, arXiv:1703.07464.
 */
export const proxyNcaOriginal: LossFactory<'norm'> = /* @__PURE__ */ defineLoss({
  name: 'ProxyNCA',
  citation:
    'Movshovitz-Attias et al., No Fuss Distance Metric Learning using Proxies, ICCV 2017, arXiv:1703.07464',
  parameters: { norm: positive(3, { source: 'common setting' }) },
  target: '-4 * norm^2 * sin(theta / 2)^2',
  other: '2 * norm^2 * (cosTheta - 1)',
  reduction: 'softmaxOthers',
})
