import { defineLoss, type LossFactory } from './define.js'
import { cosineMargin, positive } from './parameter.js'

/**
 * LDAM: CosFace with a margin for each class, larger for rarer classes; see {@link ldamMargins} for the table.
 * Cao et al., NeurIPS 2019, arXiv:1906.07413. Re-weighting after a while (DRW) is a matter of sample weights.
 */
export const ldam: LossFactory<'margin' | 'scale'> = /* @__PURE__ */ defineLoss({
  name: 'LDAM',
  citation: 'Cao et al., LDAM, NeurIPS 2019, arXiv:1906.07413',
  parameters: {
    margin: { ...cosineMargin(0.5, { source: 'official code (max_m)' }), scope: 'perClass' },
    scale: positive(30, { source: 'official code' }),
  },
  target: 'scale * (cosTheta - margin)',
  other: 'scale * cosTheta',
})
