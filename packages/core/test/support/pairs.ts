import * as pairs from '../../src/pairs/index.js'
import { bell, generator } from './random.js'

/** A loss to be tried, by name, with what it is tried on. */
export interface PairCase {
  readonly label: string
  readonly loss: pairs.PairLoss
  /** Two sets of samples instead of one. */
  readonly towers?: boolean
}

const triplets = (['never', 'nearer'] as const).flatMap((swap) =>
  (['hard', 'soft'] as const).flatMap((hinge) =>
    (['all', 'semiHard', 'hard'] as const).map((mining) => ({
      label: `triplet ${swap} ${hinge} ${mining}`,
      loss: pairs.tripletMargin({ margin: 0.7, swap, hinge, mining }),
    })),
  ),
)

const measures = ['chord', 'squaredChord', 'cosine', 'euclidean', 'squaredEuclidean'] as const

const measured = measures.flatMap((measure) => [
  { label: `contrastive ${measure}`, loss: pairs.contrastive({ negativeMargin: 2.3, measure }) },
  { label: `contrastiveSquared ${measure}`, loss: pairs.contrastiveSquared({ measure }) },
  { label: `triplet ${measure}`, loss: pairs.tripletMargin({ margin: 0.4, measure }) },
  {
    label: `triplet ${measure} swapped`,
    loss: pairs.tripletMargin({ margin: 0.4, measure, swap: 'nearer' }),
  },
  { label: `liftedStructure ${measure}`, loss: pairs.liftedStructure({ measure }) },
  { label: `marginBeta ${measure}`, loss: pairs.marginBeta({ regularization: 0.1, measure }) },
])

/** Every loss under all its choices. */
export const pairCases: readonly PairCase[] = [
  ...triplets,
  ...measured,
  { label: 'center', loss: pairs.center(), towers: true },
  { label: 'nPair', loss: pairs.nPair() },
  { label: 'nPair of dot products', loss: pairs.nPair({ similarity: 'dot' }) },
  { label: 'nca', loss: pairs.nca({ scale: 2 }) },
  { label: 'circlePair', loss: pairs.circlePair({ scale: 4 }) },
  { label: 'circlePooled', loss: pairs.circlePooled({ scale: 4 }) },
  { label: 'multiSimilarity', loss: pairs.multiSimilarity({ beta: 10 }) },
  { label: 'tupletMargin', loss: pairs.tupletMargin({ scale: 8 }) },
  { label: 'supCon', loss: pairs.supCon({ temperature: 0.5 }) },
  { label: 'supConViews', loss: pairs.supConViews({ temperature: 0.5, baseTemperature: 0.3 }) },
  { label: 'ntXent', loss: pairs.ntXent({ temperature: 0.5 }) },
  { label: 'ntXent between towers', loss: pairs.ntXent({ temperature: 0.5 }), towers: true },
  { label: 'infoNce', loss: pairs.infoNce({ scale: 3 }), towers: true },
  { label: 'sigLip', loss: pairs.sigLip({ scale: 3, bias: -1 }), towers: true },
  { label: 'sigLip in one tower', loss: pairs.sigLip({ scale: 3, bias: -1 }) },
]

/** Random samples of lengths about 1: three classes, one sample alone, one ignored. */
export const pairProblem = (
  { towers }: PairCase,
  seed: number,
): pairs.PairBatch & { readonly embeddings: Float64Array; readonly labels: readonly number[] } => {
  const random = generator(seed)
  const dimension = 3
  const labels = [0, 1, 0, 2, 1, 0, -1, 3, 2]
  const batch = { embeddings: bell(random, labels.length * dimension), labels, dimension }
  if (!towers) return batch
  return { ...batch, others: { embeddings: bell(random, 5 * dimension), labels: [0, 1, 2, 3, -1] } }
}
