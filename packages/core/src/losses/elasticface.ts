import { defineLoss, type LossFactory } from './define.js'
import { between, cosineMargin, positive, radians } from './parameter.js'

const citation = 'Boutros et al., ElasticFace, CVPR workshops 2022, arXiv:2109.09416'
const source = 'official configuration'
const scale = positive(64, { source: 'paper' })
const std = (value: number): ReturnType<typeof between> => between(value, 0, 1, { source })

/**
 * ElasticFace-Arc: ArcFace whose margin is drawn anew for each sample from Normal(margin, std). Boutros et al., CVPRW 2022.
 * The head draws with the `random` it is given; in evaluation the mean is used.
 */
export const elasticArcFace: LossFactory<'margin' | 'std' | 'scale'> = /* @__PURE__ */ defineLoss({
  name: 'ElasticFace-Arc',
  citation,
  parameters: { margin: radians(0.5, { source }), std: std(0.05), scale },
  draws: { drawnMargin: { mean: 'margin', std: 'std' } },
  target: 'scale * cos(theta + drawnMargin)',
  other: 'scale * cosTheta',
})

/**
 * ElasticFace-Arc+: the largest draws go to the samples farthest from their class, matched by rank as the paper describes
 * (the official code permutes by the inverse order and so hits the rank in a few percent of the samples only).
 */
export const elasticArcFacePlus: LossFactory<'margin' | 'std' | 'scale'> =
  /* @__PURE__ */ defineLoss({
    name: 'ElasticFace-Arc+',
    citation,
    parameters: { margin: radians(0.5, { source }), std: std(0.0175), scale },
    draws: { drawnMargin: { mean: 'margin', std: 'std', rankMatched: true } },
    target: 'scale * cos(theta + drawnMargin)',
    other: 'scale * cosTheta',
  })

/** ElasticFace-Cos: CosFace whose margin is drawn anew for each sample from Normal(margin, std). */
export const elasticCosFace: LossFactory<'margin' | 'std' | 'scale'> = /* @__PURE__ */ defineLoss({
  name: 'ElasticFace-Cos',
  citation,
  parameters: { margin: cosineMargin(0.35, { source }), std: std(0.05), scale },
  draws: { drawnMargin: { mean: 'margin', std: 'std' } },
  target: 'scale * (cosTheta - drawnMargin)',
  other: 'scale * cosTheta',
})

/** ElasticFace-Cos+: ElasticFace-Cos with the draws matched by rank, see {@link elasticArcFacePlus}. */
export const elasticCosFacePlus: LossFactory<'margin' | 'std' | 'scale'> =
  /* @__PURE__ */ defineLoss({
    name: 'ElasticFace-Cos+',
    citation,
    parameters: { margin: cosineMargin(0.35, { source }), std: std(0.02), scale },
    draws: { drawnMargin: { mean: 'margin', std: 'std', rankMatched: true } },
    target: 'scale * (cosTheta - drawnMargin)',
    other: 'scale * cosTheta',
  })
