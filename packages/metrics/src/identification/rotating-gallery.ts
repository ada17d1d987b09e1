import { checkLength, copyLabels, type Rows } from '../checks.js'
import { EmptyError } from '../errors.js'
import { type LabelledEmbeddings, type Prepared, prepare } from '../similarity.js'
import { type Cmc, type CmcOptions, checkCmcOptions, cmc } from './cmc.js'

/** The curve with one group as the gallery. */
export interface GalleryCmc extends Cmc {
  /** The group that was the gallery. */
  readonly group: number
  /** Rows of other groups that had no mate in it and were left out. */
  readonly skipped: number
}

/** Rank-k curves of every group as the gallery. */
export interface RotatingGallery {
  /** Mean of the galleries' curves, each gallery weighing the same. */
  readonly rates: Float64Array
  /** One entry for each group that can be a gallery, by ascending group. */
  readonly galleries: readonly GalleryCmc[]
}

/** Copies of some rows, still in whole rows. */
const select = (
  { rows, labels, dimension }: Prepared,
  indices: readonly number[],
): LabelledEmbeddings => {
  const embeddings = new Float64Array(indices.length * dimension)
  indices.forEach((row, i) => {
    embeddings.set(rows.subarray(row * dimension, (row + 1) * dimension), i * dimension)
  })
  return { embeddings, labels: indices.map((row) => labels[row] as number) }
}

/**
 * Rank-k with each group in turn as the gallery and all other groups as probes: groups are cameras, sessions, or vendors that
 * draw the same emoji. Probes whose identity the gallery does not have are left out and counted; a group in which
 * no other group's row has a mate is left out.
 *
 * @param embeddings [N, dimension].
 * @param labels [N] identities; -1: ignored.
 * @param groups [N] integers from 0.
 * @throws ShapeError, LabelError, NonFiniteError, ParameterError, EmptyError (no group has a mate for another's row).
 */
export const rotatingGallery = (
  embeddings: Rows,
  labels: ArrayLike<number>,
  groups: ArrayLike<number>,
  options: CmcOptions,
): RotatingGallery => {
  checkCmcOptions(options)
  const set = prepare({ embeddings, labels }, options.dimension)
  checkLength(groups, set.labels.length, 'groups')
  const groupOf = copyLabels(groups, 'groups', 0)

  const kept = Array.from(set.labels.keys()).filter((row) => (set.labels[row] as number) >= 0)
  const galleries: GalleryCmc[] = []
  for (const group of new Set(groupOf.slice().sort())) {
    const inside = kept.filter((row) => groupOf[row] === group)
    const outside = kept.filter((row) => groupOf[row] !== group)
    const known = new Set(inside.map((row) => set.labels[row]))
    const probes = outside.filter((row) => known.has(set.labels[row]))
    if (probes.length === 0) continue
    const curve = cmc(select(set, probes), select(set, inside), options)
    galleries.push({ ...curve, group, skipped: outside.length - probes.length })
  }
  const [first] = galleries
  if (first === undefined) {
    const allowed = 'an identity in two groups or more'
    throw new EmptyError('leave no probe with a mate in another group', {
      argument: 'groups',
      allowed,
    })
  }
  const rates = first.rates.map(
    (_, k) =>
      galleries.reduce((sum, gallery) => sum + (gallery.rates[k] as number), 0) / galleries.length,
  )
  return { rates, galleries }
}
