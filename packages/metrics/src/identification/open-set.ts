import { checkInteger, checkOptions, checkRates } from '../checks.js'
import { EmptyError } from '../errors.js'
import { identitiesOf } from '../identities.js'
import { type LabelledEmbeddings, prepare } from '../similarity.js'
import { operatingPoint } from '../verification/tar-at-far.js'
import { rankOf, search } from './search.js'

/** Options of `tpirAtFpir`. */
export interface OpenSetOptions {
  /** Numbers in an embedding. */
  readonly dimension: number
  /** Targets from 0 to 1; default 0.1, 0.01, 0.001. */
  readonly fpirs?: ArrayLike<number>
  /** A mate counts when it is among this many first identities (ties before it); default 1. */
  readonly rank?: number
}

/** One operating point of open-set identification. */
export interface TpirAtFpir {
  /** The target. */
  readonly fpir: number
  /** Fraction of mated probes whose mate is found within the rank and scores at least the threshold. */
  readonly tpir: number
  /** Alarm when the best candidate scores at least this; +Infinity: never. */
  readonly threshold: number
  /** Fraction of non-mated probes that raise an alarm: at most the target. */
  readonly actualFpir: number
  /** Whether one false alarm would be within the target. */
  readonly resolved: boolean
}

/** Open-set identification rates. */
export interface OpenSet {
  readonly points: readonly TpirAtFpir[]
  /** Probes whose identity is in the gallery. */
  readonly mated: number
  /** Probes whose identity is not. */
  readonly nonMated: number
}

/**
 * Open-set identification: true positive identification rate at given false positive identification rates (ISO/IEC 19795-1;
 * NIST FRVT 1:N). A probe whose label is not in the gallery is non-mated and should raise no alarm. Exact on ties: the
 * threshold is the lowest observed score whose FPIR is within the target.
 *
 * @param probes [P, dimension] and labels; -1: ignored.
 * @param gallery [G, dimension] and labels; an identity scores what its best row scores; -1: ignored.
 * @throws ShapeError, LabelError, NonFiniteError, ParameterError, EmptyError (no mated or no non-mated probe, an empty gallery).
 */
export const tpirAtFpir = (
  probes: LabelledEmbeddings,
  gallery: LabelledEmbeddings,
  options: OpenSetOptions,
): OpenSet => {
  checkOptions(options, { dimension: true, fpirs: true, rank: true })
  const { dimension, fpirs = [1e-1, 1e-2, 1e-3], rank = 1 } = options
  checkRates(fpirs, 'fpirs')
  checkInteger(rank, 'rank')
  const queries = prepare(probes, dimension, 'probes.')
  const references = prepare(gallery, dimension, 'gallery.')
  const identities = identitiesOf(references.labels)
  const searched = queries.labels.filter((label) => label >= 0)
  const mated = searched.filter((label) => identities.has(label)).length
  const nonMated = searched.length - mated
  if (identities.size === 0) throw new EmptyError('are all ignored', { argument: 'gallery.labels' })
  if (mated === 0 || nonMated === 0) {
    const kind = mated === 0 ? 'mated' : 'non-mated'
    throw new EmptyError(`give no ${kind} probe`, { argument: 'probes.labels', value: 0 })
  }
  const found: number[] = []
  const alarms: number[] = []
  search(queries, references, identities, (probe, candidate) => {
    if (!identities.has(queries.labels[probe] as number)) alarms.push(candidate.impostor)
    else if (rankOf(candidate, 'pessimistic') <= rank) found.push(candidate.mate)
  })
  // The same question as TAR at FAR, with the found mates as genuine and the best wrong candidates as impostors.
  const scores = {
    genuine: Float64Array.from(found).sort(),
    impostor: Float64Array.from(alarms).sort(),
    impostorCounts: null,
    impostors: nonMated,
  }
  const points = Array.from(fpirs, (fpir): TpirAtFpir => {
    const { threshold, accepted, actualFar, resolved } = operatingPoint(scores, fpir)
    return { fpir, tpir: accepted / mated, threshold, actualFpir: actualFar, resolved }
  })
  return { points, mated, nonMated }
}
