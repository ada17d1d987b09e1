import { checkInteger, checkOptions } from '../checks.js'
import { EmptyError, ParameterError } from '../errors.js'
import { identitiesOf } from '../identities.js'
import { type LabelledEmbeddings, prepare } from '../similarity.js'
import { checkMates, rankOf, search, type Ties } from './search.js'

/** Options of `cmc` and `rotatingGallery`. */
export interface CmcOptions {
  /** Numbers in an embedding. */
  readonly dimension: number
  /** Length of the curve; default 10. */
  readonly maxRank?: number
  /** Identities that tie with the mate come before it (`pessimistic`, default) or half of them do (`average`). */
  readonly ties?: Ties
}

/** A cumulative match characteristic. */
export interface Cmc {
  /** `rates[k - 1]`: fraction of probes whose mate is among the first k identities. */
  readonly rates: Float64Array
  /** Probes that were searched. */
  readonly probes: number
  /** Identities in the gallery. */
  readonly identities: number
}

/** Refuses options that `cmc` does not know. */
export const checkCmcOptions = (options: CmcOptions): void => {
  checkOptions(options, { dimension: true, maxRank: true, ties: true })
  const { maxRank = 10, ties = 'pessimistic' } = options
  checkInteger(maxRank, 'maxRank')
  if (ties === 'pessimistic' || ties === 'average') return
  const allowed = 'pessimistic, average'
  throw new ParameterError('is unknown', { argument: 'ties', value: ties, allowed })
}

/**
 * Closed-set identification: the rank-k curve of probes searched in a gallery by cosine. Ranks count identities, as ISO/IEC
 * 19795-1 does: an identity with several gallery rows scores what its best row scores. Ties are pessimistic, so a network
 * that maps everything to one point gets 0, not 1.
 *
 * @param probes [P, dimension] and labels; each must be in the gallery; -1: ignored.
 * @param gallery [G, dimension] and labels; -1: ignored. Distractors are identities of their own.
 * @throws ShapeError, LabelError (a probe without a mate), NonFiniteError, ParameterError, EmptyError (no probe).
 */
export const cmc = (
  probes: LabelledEmbeddings,
  gallery: LabelledEmbeddings,
  options: CmcOptions,
): Cmc => {
  checkCmcOptions(options)
  const { dimension, maxRank = 10, ties = 'pessimistic' } = options
  const queries = prepare(probes, dimension, 'probes.')
  const references = prepare(gallery, dimension, 'gallery.')
  const identities = identitiesOf(references.labels)
  checkMates(queries, identities)
  const searched = queries.labels.reduce((sum, label) => sum + (label < 0 ? 0 : 1), 0)
  if (searched === 0) throw new EmptyError('are all ignored', { argument: 'probes.labels' })

  const hits = new Float64Array(maxRank)
  search(queries, references, identities, (_probe, candidate) => {
    // Half a rank counts at the next whole one.
    const at = Math.ceil(rankOf(candidate, ties)) - 1
    if (at < maxRank) hits[at] = (hits[at] as number) + 1
  })
  let found = 0
  const rates = hits.map((count) => {
    found += count
    return found / searched
  })
  return { rates, probes: searched, identities: identities.size }
}
