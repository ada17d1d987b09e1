import { checkInteger, checkOptions, countRows, type Rows } from '../checks.js'
import { EmptyError, ShapeError } from '../errors.js'
import { forEachQuery, type LabelledEmbeddings, prepare, prepareUnlabelled } from '../similarity.js'
import { shuffled } from './shuffle.js'

/** Options of `distractorCurve`. */
export interface DistractorOptions {
  /** Numbers in an embedding. */
  readonly dimension: number
  /** Numbers of distractors, each up to how many there are; default 10, 100, 1000, ... and all of them. */
  readonly counts?: ArrayLike<number>
  /** Shuffles the distractors, the same way for the same seed (an integer from 0); default: as given. */
  readonly seed?: number
}

/** Rank-1 rate against the number of distractors. */
export interface DistractorCurve {
  /** As asked for. */
  readonly counts: Float64Array
  /** `rank1[i]`: fraction of the searches whose mate scores above all of the first `counts[i]` distractors. */
  readonly rank1: Float64Array
  /** Searches: ordered pairs (probe, mate) of one identity. */
  readonly searches: number
}

/** Decades up to `most`, then `most`. */
const decades = (most: number): number[] => {
  const counts: number[] = []
  for (let count = 10; count < most; count *= 10) counts.push(count)
  return [...counts, most]
}

/**
 * Identification among distractors by the protocol of MegaFace (Kemelmacher-Shlizerman et al., CVPR 2016, section 4): each row is
 * searched for each other row of its identity, which stands alone among M distractors. A distractor that ties with the
 * mate beats it. Each count uses the first M distractors, so the curve never rises and is the same on every run.
 *
 * @param probes [P, dimension] and identities; -1: ignored; identities with one row have no mate and are not searched.
 * @param distractors [M, dimension], none of them of a probe's identity.
 * @throws ShapeError, LabelError, NonFiniteError, ParameterError, EmptyError (no identity has two rows).
 */
export const distractorCurve = (
  probes: LabelledEmbeddings,
  distractors: Rows,
  options: DistractorOptions,
): DistractorCurve => {
  checkOptions(options, { dimension: true, counts: true, seed: true })
  const { dimension, counts, seed } = options
  const available = countRows(distractors, dimension, 'distractors')
  const sizes = Float64Array.from(counts ?? decades(available))
  if (sizes.length === 0) throw new ShapeError('is empty', { argument: 'counts', value: 0 })
  sizes.forEach((count, i) => {
    checkInteger(count, `counts[${i}]`, 1, available)
  })
  if (seed !== undefined) checkInteger(seed, 'seed', 0)
  const set = prepare(probes, dimension, 'probes.')
  const crowd = prepareUnlabelled(distractors, dimension, 'distractors')
  const order = seed === undefined ? undefined : shuffled(available, seed)

  // bar[p][i]: the best of the first counts[i] distractors for probe p.
  const bars = new Float64Array(set.labels.length * sizes.length)
  const ascending = Array.from(sizes.keys()).sort(
    (a, b) => (sizes[a] as number) - (sizes[b] as number),
  )
  forEachQuery(set, crowd, (probe, scores) => {
    let best = -Infinity
    let next = 0
    for (const i of ascending) {
      for (; next < (sizes[i] as number); next++) {
        best = Math.max(best, scores[order?.[next] ?? next] as number)
      }
      bars[probe * sizes.length + i] = best
    }
  })
  const rank1 = new Float64Array(sizes.length)
  let searches = 0
  forEachQuery(set, set, (probe, scores) => {
    for (let mate = 0; mate < scores.length; mate++) {
      if (mate === probe || set.labels[mate] !== set.labels[probe]) continue
      searches++
      for (let i = 0; i < sizes.length; i++) {
        if ((scores[mate] as number) > (bars[probe * sizes.length + i] as number))
          rank1[i] = (rank1[i] as number) + 1
      }
    }
  })
  if (searches === 0) {
    const allowed = 'an identity with two rows or more'
    throw new EmptyError('give no probe with a mate', { argument: 'probes.labels', allowed })
  }
  return { counts: sizes, rank1: rank1.map((hits) => hits / searches), searches }
}
