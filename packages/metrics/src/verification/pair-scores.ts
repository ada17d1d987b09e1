import type { Rows } from '../checks.js'
import { checkOptions } from '../checks.js'
import { ParameterError } from '../errors.js'
import { forEachQuery, prepare } from '../similarity.js'
import { ImpostorCounter } from './impostor-counter.js'
import { checkBothKinds, sortedScores, type VerificationScores } from './scores.js'

/** Options of `pairScores`. */
export interface PairScoresOptions {
  /** Numbers in an embedding. */
  readonly dimension: number
  /**
   * `all` (default) keeps every impostor score, 8 bytes a pair. `corners` makes a second pass and keeps only the corners of
   * the ROC (see `ImpostorCounter`): memory for the genuine scores only, twice the multiplications.
   */
  readonly keep?: 'all' | 'corners'
}

/**
 * Cosine similarity of every pair i < j of embeddings: genuine when the labels are equal, impostors otherwise. No list of pairs
 * and no N×N matrix exists; working memory is four rows of cosines.
 *
 * @param embeddings [N, dimension], any norm but 0.
 * @param labels [N] identities; rows labelled -1 are ignored.
 * @returns scores for `roc`, `tarAtFar` and the others; equal pairs of rows have exactly equal scores.
 * @throws ShapeError, LabelError, NonFiniteError, ParameterError, EmptyError (no genuine or no impostor pair).
 */
export const pairScores = (
  embeddings: Rows,
  labels: ArrayLike<number>,
  options: PairScoresOptions,
): VerificationScores => {
  checkOptions(options, { dimension: true, keep: true })
  const { dimension, keep = 'all' } = options
  if (keep !== 'all' && keep !== 'corners') {
    throw new ParameterError('is unknown', {
      argument: 'keep',
      value: keep,
      allowed: 'all, corners',
    })
  }
  const set = prepare({ embeddings, labels }, dimension)
  const sizes = new Map<number, number>()
  let rows = 0
  for (const label of set.labels) {
    if (label < 0) continue
    sizes.set(label, (sizes.get(label) ?? 0) + 1)
    rows++
  }
  const genuineCount = [...sizes.values()].reduce((sum, size) => sum + (size * (size - 1)) / 2, 0)
  const impostors = (rows * (rows - 1)) / 2 - genuineCount
  checkBothKinds(genuineCount, impostors, 'labels')

  const genuine = new Float64Array(genuineCount)
  let filled = 0
  const visitPairs = (onGenuine: (score: number) => void, onImpostor: (score: number) => void) =>
    forEachQuery(
      set,
      set,
      (query, scores) => {
        const label = set.labels[query]
        for (let j = query + 1; j < scores.length; j++) {
          const other = set.labels[j] as number
          if (other === label) onGenuine(scores[j] as number)
          else if (other >= 0) onImpostor(scores[j] as number)
        }
      },
      true,
    )
  const addGenuine = (score: number): void => {
    genuine[filled++] = score
  }
  const skip = (): void => undefined

  if (keep === 'corners') {
    visitPairs(addGenuine, skip)
    const counter = new ImpostorCounter(genuine)
    visitPairs(skip, (score) => counter.add(score))
    return counter.scores()
  }
  const impostor = new Float64Array(impostors)
  let next = 0
  visitPairs(addGenuine, (score) => {
    impostor[next++] = score
  })
  return sortedScores(genuine, impostor)
}
