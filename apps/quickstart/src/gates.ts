import { type MetricsRow, summarise } from './rows.js'

/** Seeds that a gate's mean is taken over, at least. */
export const gateSeeds = 3

/** Something that this benchmark must show, as the mean over the seeds. */
export interface Gate {
  readonly claim: string
  readonly measured: number
  readonly bound: string
  readonly passed: boolean
}

/** What must hold, in the order in which it is printed. */
const rules: readonly {
  readonly claim: string
  readonly bound: string
  readonly losses: readonly string[]
  readonly measure: (mean: Mean) => number
  readonly holds: (measured: number) => boolean
}[] = [
  {
    claim: 'ArcFace rank-1',
    bound: '>= 58',
    losses: ['arcface'],
    measure: (mean) => mean('arcface', 'rank1'),
    holds: (value) => value >= 58,
  },
  {
    claim: 'ArcFace TAR@FAR 1e-3',
    bound: '>= 41.5',
    losses: ['arcface'],
    measure: (mean) => mean('arcface', 'tarAtFar1e-3'),
    holds: (value) => value >= 41.5,
  },
  {
    claim: 'ArcFace - softmax, rank-1',
    bound: '>= +1',
    losses: ['arcface', 'softmax'],
    measure: (mean) => mean('arcface', 'rank1') - mean('softmax', 'rank1'),
    holds: (value) => value >= 1,
  },
  {
    claim: 'ArcFace - softmax, TAR@FAR 1e-3',
    bound: '>= +2',
    losses: ['arcface', 'softmax'],
    measure: (mean) => mean('arcface', 'tarAtFar1e-3') - mean('softmax', 'tarAtFar1e-3'),
    holds: (value) => value >= 2,
  },
  {
    claim: 'ArcFace - NormFace, TAR@FAR 1e-3',
    bound: '> +0.5',
    losses: ['arcface', 'normface'],
    measure: (mean) => mean('arcface', 'tarAtFar1e-3') - mean('normface', 'tarAtFar1e-3'),
    holds: (value) => value > 0.5,
  },
  {
    claim: 'ArcFace W-EC in degrees',
    bound: '<= 20',
    losses: ['arcface'],
    measure: (mean) => mean('arcface', 'wEc'),
    holds: (value) => value <= 20,
  },
  {
    claim: '25 % wrong labels: ArcFace K = 3 - NormFace, rank-1',
    bound: '>= +1.5',
    losses: ['arcface-noisy-k3', 'normface-noisy'],
    measure: (mean) => mean('arcface-noisy-k3', 'rank1') - mean('normface-noisy', 'rank1'),
    holds: (value) => value >= 1.5,
  },
]

type Mean = (loss: string, measure: 'rank1' | 'tarAtFar1e-3' | 'wEc') => number

/** Losses without which not every gate can be measured. */
export const gateLosses: readonly string[] = [...new Set(rules.flatMap(({ losses }) => losses))]

/** Measures every gate whose losses were trained on enough seeds. */
export const measureGates = (rows: readonly MetricsRow[]): Gate[] => {
  const seedsOf = (loss: string): number => rows.filter((row) => row.loss === loss).length
  const mean: Mean = (loss, measure) => summarise(rows, loss, measure)?.mean ?? Number.NaN
  return rules
    .filter(({ losses }) => losses.every((loss) => seedsOf(loss) >= gateSeeds))
    .map(({ claim, bound, measure, holds }) => {
      const measured = measure(mean)
      return { claim, bound, measured, passed: holds(measured) }
    })
}
