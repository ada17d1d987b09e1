import { positive } from '../../losses/parameter.js'
import { definePairLoss, type PairLossFactory } from '../define.js'

/**
 * NT-Xent: for each positive pair minus log of e^{cosθ_p/T} / (e^{cosθ_p/T} + Σ e^{cosθ_n/T}); an anchor's other positives are not in the
 * denominator. Averaged over the positive pairs. Chen et al., SimCLR, ICML 2020, arXiv:2002.05709, eq. 1, as
 * pytorch-metric-learning computes it. With `others` it is InfoNCE from one tower to another.
 */
export const ntXent: PairLossFactory<'temperature'> = /* @__PURE__ */ definePairLoss({
  name: 'NT-Xent',
  citation: 'Chen et al., SimCLR, ICML 2020, arXiv:2002.05709, eq. 1',
  parameters: { temperature: positive(0.07, { source: 'pytorch-metric-learning' }) },
  positive: 'cosTheta / temperature',
  negative: 'cosTheta / temperature',
  over: 'positives',
  term: 'softplus(negatives - positive)',
})

/**
 * InfoNCE of two towers in both directions: the mean of the softmax cross-entropies over rows and over columns, with
 * logits scale·cosθ and a learnable scale. Radford et al., CLIP, ICML 2021, arXiv:2103.00020, fig. 3. Row i of `embeddings` and
 * row i of `others` belong together unless there are labels. The default scale is CLIP's initial 1/0.07.
 */
export const infoNce: PairLossFactory<'scale'> = /* @__PURE__ */ definePairLoss({
  name: 'InfoNCE',
  citation: 'Radford et al., CLIP, ICML 2021, arXiv:2103.00020, fig. 3',
  parameters: { scale: positive(1 / 0.07, { learnable: true, source: 'paper' }) },
  positive: 'scale * cosTheta',
  negative: 'scale * cosTheta',
  over: 'positives',
  term: 'softplus(negatives - positive)',
  symmetric: true,
})
