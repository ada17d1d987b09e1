import * as pairs from '@arcmargin/core/pairs'
import { flatten, type VectorCase } from '../schema.js'
import { auxiliary, value } from './task.js'

/** How a case of a pair loss is put to a backend, and what beside loss, gradients and terms is compared. */
export interface PairTask {
  readonly loss: pairs.PairLoss
  /** Pairs or triplets. */
  readonly chosen?: Pick<pairs.PairBatch, 'pairs' | 'triplets'>
  /** What the host computes, beside what the vectors say. */
  readonly host?: readonly (readonly [found: ArrayLike<number>, expected: ArrayLike<number>])[]
  /** Terms of the vectors are numbered in order, not by anchor. */
  readonly inOrder?: boolean
  /** Relative error of the reference's own formula. */
  readonly rounding?: number
}

const number = (vector: VectorCase, name: string, otherwise: number): number =>
  vector.params[name] === undefined ? otherwise : value(vector, name)

/** pytorch-metric-learning's distance in words; without one, its default. */
const measureOf = ({
  params,
}: VectorCase): 'chord' | 'squaredChord' | 'cosine' | 'euclidean' | 'squaredEuclidean' => {
  const words = String(params['distance'] ?? '')
  if (words.includes('cosine')) return 'cosine'
  const raw = words.includes('raw') || words.includes('normalize_embeddings=False')
  const squared = words.includes('squared') || words.includes('power=2')
  if (raw) return squared ? 'squaredEuclidean' : 'euclidean'
  return squared ? 'squaredChord' : 'chord'
}

const margins = (vector: VectorCase): { positiveMargin: number; negativeMargin: number } => ({
  positiveMargin: number(vector, 'pos_margin', 0),
  negativeMargin: number(vector, 'neg_margin', 1),
})

/** A margin of similarities, s - m, as one of 1 - s. */
const ofDistances = (vector: VectorCase): { positiveMargin: number; negativeMargin: number } => {
  const own = margins(vector)
  if (measureOf(vector) !== 'cosine') return own
  return { positiveMargin: 1 - own.positiveMargin, negativeMargin: 1 - own.negativeMargin }
}

const batchOf = (vector: VectorCase): pairs.MinerBatch => ({
  embeddings: flatten(vector.x),
  labels: vector.labels,
  dimension: vector.D,
})

const circle = (vector: VectorCase): { margin: number; scale: number } => ({
  margin: value(vector, 'm'),
  scale: value(vector, 'gamma'),
})

// torch's softplus is the identity above 20, which leaves out e^-20 = 2e-9 of a slope of 1.
const softplusRounding = 3e-9

/** How each file of a pair loss reads in this project, by its `loss`. */
export const pairMappings: Readonly<Record<string, (vector: VectorCase) => readonly PairTask[]>> = {
  center: (vector) => {
    const centers = flatten(vector.W)
    const steps = pairs.centerSteps({ ...batchOf(vector), centers })
    return [{ loss: pairs.center(), host: [[steps, auxiliary(vector, 'center_update')]] }]
  },
  circle: (vector) => [{ loss: pairs.circlePair(circle(vector)), rounding: softplusRounding }],
  circle_pooled: (vector) => [
    { loss: pairs.circlePooled(circle(vector)), rounding: softplusRounding },
  ],
  contrastive: (vector) => [
    { loss: pairs.contrastive({ ...ofDistances(vector), measure: measureOf(vector) }) },
  ],
  infonce_clip: (vector) => [{ loss: pairs.infoNce({ scale: value(vector, 'scale') }) }],
  lifted_structure: (vector) => [
    { loss: pairs.liftedStructure({ ...ofDistances(vector), measure: measureOf(vector) }) },
  ],
  margin_beta: (vector) => [
    {
      loss: pairs.marginBeta({
        margin: value(vector, 'margin'),
        beta: value(vector, 'beta'),
        // Without a learned β the reference leaves its penalty out.
        regularization: vector.params['learn_beta'] ? number(vector, 'nu', 0) : 0,
        measure: measureOf(vector),
      }),
    },
  ],
  multi_similarity: (vector) => {
    const loss = pairs.multiSimilarity({
      alpha: value(vector, 'alpha'),
      beta: value(vector, 'beta'),
      base: value(vector, 'base'),
    })
    const [a = [], p = [], b = [], n = []] = vector.indices ?? []
    if (!vector.indices) return [{ loss }]
    const given = { positives: { anchors: a, others: p }, negatives: { anchors: b, others: n } }
    const mined = pairs.mineMultiSimilarity(batchOf(vector), value(vector, 'epsilon'))
    return [
      { loss, chosen: { pairs: given } },
      { loss, chosen: { pairs: mined } },
    ]
  },
  nca: (vector) => [{ loss: pairs.nca({ scale: value(vector, 'softmax_scale') }) }],
  npairs: () => [{ loss: pairs.nPair(), inOrder: true }],
  ntxent: (vector) => [{ loss: pairs.ntXent({ temperature: value(vector, 'temperature') }) }],
  siglip: (vector) => [
    { loss: pairs.sigLip({ scale: value(vector, 'scale'), bias: value(vector, 'bias') }) },
  ],
  supcon: (vector) => [{ loss: pairs.supCon({ temperature: value(vector, 'temperature') }) }],
  supcon_multiview: (vector) => [
    {
      loss: pairs.supConViews({
        temperature: value(vector, 'temperature'),
        baseTemperature: value(vector, 'base_temperature'),
      }),
    },
  ],
  triplet_margin: (vector) => [
    {
      loss: pairs.tripletMargin({
        margin: value(vector, 'margin'),
        measure: measureOf(vector),
        swap: vector.params['swap'] ? 'nearer' : 'never',
        hinge: vector.params['smooth'] ? 'soft' : 'hard',
      }),
      ...(vector.params['smooth'] ? { rounding: softplusRounding } : {}),
    },
  ],
  triplet_semihard: (vector) => {
    const margin = value(vector, 'margin')
    const [anchors = [], positives = [], negatives = []] = vector.indices ?? []
    const mined = pairs.mineSemiHard(batchOf(vector), margin)
    return [
      { loss: pairs.tripletMargin({ margin, mining: 'semiHard' }) },
      { loss: pairs.tripletMargin({ margin }), chosen: { triplets: mined } },
      ...(vector.indices
        ? [
            {
              loss: pairs.tripletMargin({ margin }),
              chosen: { triplets: { anchors, positives, negatives } },
            },
          ]
        : []),
    ]
  },
  tuplet_margin: (vector) => [
    {
      loss: pairs.tupletMargin({
        margin: (value(vector, 'margin_degrees') * Math.PI) / 180,
        scale: value(vector, 'scale'),
      }),
    },
  ],
}
