import type { Rows } from '../checks.js'
import { checkOptions } from '../checks.js'
import { EmptyError } from '../errors.js'
import { forEachQuery, prepare } from '../similarity.js'

/** Options of `retrieval`. */
export interface RetrievalOptions {
  /** Numbers in an embedding. */
  readonly dimension: number
}

/** Means over all queries, each from 0 to 1. */
export interface Retrieval {
  /** Fraction of queries whose nearest neighbour is of their class. */
  readonly precisionAt1: number
  /** r / R: r of the R nearest neighbours are of the query's class, which has R other rows. */
  readonly rPrecision: number
  /** MAP@R: mean over i = 1 ... R of P(i), the precision at i, where the i-th neighbour is of the class, and 0 elsewhere. */
  readonly mapAtR: number
  /** Rows that queried: those whose class has another row. */
  readonly queries: number
}

/** Places in the ranking of the class's R scores `mates` (descending): before a mate come all `others` that score as much. */
const placesOf = (
  mates: Float64Array,
  scores: Float64Array,
  isOther: (j: number) => boolean,
): Float64Array => {
  const places = new Float64Array(mates.length)
  const least = mates[mates.length - 1] as number
  for (let j = 0; j < scores.length; j++) {
    const score = scores[j] as number
    if (score < least || !isOther(j)) continue
    let low = 0
    let high = mates.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((mates[middle] as number) <= score) high = middle
      else low = middle + 1
    }
    places[low] = (places[low] as number) + 1
  }
  let before = 0
  return places.map((others, r) => {
    before += others
    return before + r + 1
  })
}

/**
 * Retrieval with every row as a query against all other rows: precision at 1, R-precision and MAP@R as defined by Musgrave,
 * Belongie and Lim, "A Metric Learning Reality Check", ECCV 2020, section 3.2. Ties are pessimistic: rows of other classes come
 * first. Nothing is sorted but the scores of the query's own class.
 *
 * @param embeddings [N, dimension].
 * @param labels [N]; -1: ignored; rows alone in their class are found by others but do not query.
 * @throws ShapeError, LabelError, NonFiniteError, ParameterError, EmptyError (no class has two rows).
 */
export const retrieval = (
  embeddings: Rows,
  labels: ArrayLike<number>,
  options: RetrievalOptions,
): Retrieval => {
  checkOptions(options, { dimension: true })
  const { dimension } = options
  const set = prepare({ embeddings, labels }, dimension)
  let [queries, first, precision, averagePrecision] = [0, 0, 0, 0]
  forEachQuery(set, set, (query, scores) => {
    const label = set.labels[query]
    const mates = scores
      .filter((_, j) => j !== query && set.labels[j] === label)
      .sort()
      .reverse()
    const relevant = mates.length
    if (relevant === 0) return
    const places = placesOf(
      mates,
      scores,
      (j) => (set.labels[j] as number) >= 0 && set.labels[j] !== label,
    )
    queries++
    if (places[0] === 1) first++
    places.forEach((place, r) => {
      if (place > relevant) return
      precision += 1 / relevant
      averagePrecision += (r + 1) / place / relevant
    })
  })
  if (queries === 0) {
    const allowed = 'a class with two rows or more'
    throw new EmptyError('give no query with a match', { argument: 'labels', allowed })
  }
  return {
    precisionAt1: first / queries,
    rPrecision: precision / queries,
    mapAtR: averagePrecision / queries,
    queries,
  }
}
