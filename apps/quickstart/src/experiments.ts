import {
  arcFace,
  combined,
  cosFace,
  type Loss,
  normFace,
  softmax,
  sphereFaceR,
} from '@arcmargin/core'
import {
  circlePair,
  contrastive,
  multiSimilarity,
  ntXent,
  type PairLoss,
  supCon,
  tripletMargin,
} from '@arcmargin/core/pairs'

/** One line of the table: a loss with its setting, trained on clean or on partly wrong labels. */
export interface Experiment {
  /** What `--loss` and `metrics.json` call it. */
  readonly key: string
  /** What the table and the page call it. */
  readonly title: string
  /** A pair loss is trained on batches of 32 classes with 4 pictures each, and has no class weights. */
  readonly loss: Loss | PairLoss
  /** What a center loss beside the margin loss counts for; none where left out. */
  readonly centerWeight?: number
  /** Class weights of each class. */
  readonly subCenters: number
  /** Fraction of training labels that are replaced by a wrong class. */
  readonly wrongLabels: number
  /**
   * Variance that class weights are drawn with. `fanIn`: 1/64, logits of unit variance, for softmax, whose logits grow with the
   * weights. `glorot`: 2/(64 + class weights), where only directions count and short weights turn faster.
   */
  readonly start: 'fanIn' | 'glorot'
  /** Part of a run without `--loss`. */
  readonly byDefault: boolean
}

/** Small data asks for a small scale: with s = 64, made for millions of faces, every loss here does worse. */
const scale = 16

const clean = { subCenters: 1, wrongLabels: 0, start: 'glorot', byDefault: true } as const
const noisy = { ...clean, wrongLabels: 0.25 } as const

const pairs = { ...clean, byDefault: false } as const

/** Everything that can be trained, in the order of the table. */
export const experiments: readonly Experiment[] = [
  { ...clean, key: 'softmax', title: 'softmax', loss: softmax(), start: 'fanIn' },
  { ...clean, key: 'normface', title: 'NormFace', loss: normFace({ scale }) },
  { ...clean, key: 'cosface', title: 'CosFace 0.2', loss: cosFace({ scale, margin: 0.2 }) },
  { ...clean, key: 'arcface', title: 'ArcFace 0.5', loss: arcFace({ scale, margin: 0.5 }) },
  {
    ...clean,
    key: 'combined',
    title: 'combined (1, 0.3, 0.1)',
    loss: combined({ scale, m1: 1, m2: 0.3, m3: 0.1 }),
    byDefault: false,
  },
  {
    ...clean,
    key: 'sphereface-r',
    title: 'SphereFace-R 1.2',
    loss: sphereFaceR({ scale, margin: 1.2 }),
    byDefault: false,
  },
  {
    ...clean,
    key: 'arcface-center',
    title: 'ArcFace 0.5 + 0.003·center',
    loss: arcFace({ scale, margin: 0.5 }),
    centerWeight: 0.003,
    byDefault: false,
  },
  {
    ...pairs,
    key: 'contrastive',
    title: 'contrastive 0.2, 1',
    loss: contrastive({ positiveMargin: 0.2, negativeMargin: 1 }),
  },
  {
    ...pairs,
    key: 'triplet',
    title: 'triplet 0.2, semi-hard',
    loss: tripletMargin({ margin: 0.2, mining: 'semiHard' }),
  },
  {
    ...pairs,
    key: 'triplet-hard',
    title: 'triplet 0.2, batch-hard',
    loss: tripletMargin({ margin: 0.2, mining: 'hard' }),
  },
  { ...pairs, key: 'ntxent', title: 'NT-Xent 0.1', loss: ntXent({ temperature: 0.1 }) },
  { ...pairs, key: 'supcon', title: 'SupCon 0.1', loss: supCon({ temperature: 0.1 }) },
  { ...pairs, key: 'multi-similarity', title: 'multi-similarity', loss: multiSimilarity() },
  {
    ...pairs,
    key: 'circle',
    title: 'circle 0.4, s = 80',
    loss: circlePair({ margin: 0.4, scale: 80 }),
  },
  { ...noisy, key: 'normface-noisy', title: 'NormFace', loss: normFace({ scale }) },
  {
    ...noisy,
    key: 'arcface-noisy',
    title: 'ArcFace 0.3, K = 1',
    loss: arcFace({ scale, margin: 0.3 }),
  },
  {
    ...noisy,
    key: 'arcface-noisy-k3',
    title: 'ArcFace 0.3, K = 3',
    loss: arcFace({ scale, margin: 0.3 }),
    subCenters: 3,
  },
]

/** Whether a loss compares pictures with each other rather than with class weights. */
export const isPairLoss = (loss: Loss | PairLoss): loss is PairLoss => 'over' in loss.definition

/** Finds an experiment by its key. */
export const experimentOf = (key: string): Experiment => {
  const found = experiments.find((experiment) => experiment.key === key)
  if (found === undefined) throw new Error(`No experiment is called “${key}”`)
  return found
}
