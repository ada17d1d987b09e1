import { ParameterError } from '../errors.js'
import type { Loss } from '../losses/definition.js'
import type { ResolvedLoss } from '../losses/resolve.js'
import type { FloatArray } from './batch.js'
import { type Centers, readLabels } from './layout.js'
import type { Targets } from './target.js'

/**
 * A slice of the classes that one process of several holds, and how partial results of all of them become whole.
 *
 * Every process gets the same rows with labels over all classes. `sum` and `max` are called in the same order on each of them and
 * give each the same bits.
 */
export interface Shard {
  /** First class of the slice. */
  readonly first: number
  /** C, over all slices. */
  readonly classes: number
  /** Adds up over the slices, in place. */
  sum(values: FloatArray): void
  /** Takes the largest over the slices, in place. */
  max(values: FloatArray): void
}

/** Column of a row whose class another process holds: above every column, so that no lane is taken for its target. */
const elsewhere = 0x7fffffff

/** Whether a row's target is measured here: it counts, and its class is in the slice. */
export const isHere = (column: number): boolean => column >= 0 && column !== elsewhere

/** The centers of a slice, by the classes' numbers over all slices. */
export const shardCenters = (centers: Centers, { first, classes }: Shard): Centers => ({
  ...centers,
  classes,
  classOf: (column) => first + centers.classOf(column),
})

/**
 * The column of each label in the slice, {@link elsewhere} or -1 where the row is ignored.
 *
 * @param held classes in the slice.
 * @param subset classes of the slice that take part, counted from its first one.
 * @throws LabelError for what is no class, or is missing in the subset.
 */
export const shardColumns = (
  labels: ArrayLike<number>,
  rows: number,
  { first, classes }: Shard,
  held: number,
  subset?: ArrayLike<number>,
): Int32Array => {
  const all = readLabels(labels, rows, { classes })
  const isForeign = (label: number): boolean =>
    label >= 0 && !(label >= first && label < first + held)
  const own = all.map((label) => (label < 0 || isForeign(label) ? -1 : label - first))
  const columns = subset ? readLabels(own, rows, { classes: held }, subset) : own
  return columns.map((column, row) => (isForeign(all[row] as number) ? elsewhere : column))
}

/** Refuses losses whose reduction runs over classes rather than rows. */
export const checkShard = ({ definition }: Loss, { reduction }: ResolvedLoss): void => {
  if (reduction !== 'classwise') return
  throw new ParameterError('does not go with a loss that is reduced along the batch', {
    argument: 'shard',
    value: definition.name,
    allowed: 'losses that are reduced row by row',
  })
}

/** Lets every process know all targets: each was measured where its class is held. */
export const shareTargets = (
  { cosines, sines, angles, norms }: Targets,
  columns: Int32Array,
  { sum }: Shard,
): void => {
  const rows = columns.length
  const shared = [cosines, sines, angles, norms]
  const packed = new Float64Array(shared.length * rows)
  columns.forEach((column, row) => {
    if (!isHere(column)) return
    shared.forEach((values, which) => {
      packed[which * rows + row] = values[row] as number
    })
  })
  sum(packed)
  columns.forEach((column, row) => {
    if (column !== elsewhere) return
    shared.forEach((values, which) => {
      values[row] = packed[which * rows + row] as number
    })
  })
}

/**
 * Class of each row's best score over all slices; of equal scores the smallest class.
 *
 * @param scores [N] best of the slice; largest of all afterwards.
 * @param classes [N] its class, negative where there is none; overwritten.
 */
export const shareBest = (scores: Float64Array, classes: Int32Array, { max }: Shard): void => {
  const mine = scores.slice()
  max(scores)
  // The smallest class is the largest of the negative ones.
  const best = Float64Array.from(classes, (label, row) =>
    label >= 0 && mine[row] === scores[row] ? -label : -Infinity,
  )
  max(best)
  best.forEach((label, row) => {
    classes[row] = label === -Infinity ? -1 : -label
  })
}

/**
 * Sums of exponentials over all slices.
 *
 * @param largest [N] what the exponentials are relative to; largest of all afterwards.
 * @param sum [N] Σ exp(scale·(x - largest)); over all slices afterwards.
 * @param scale [N], 1 when left out.
 */
export const shareExponentials = (
  largest: Float64Array,
  sum: Float64Array,
  shard: Shard,
  scale?: Float64Array,
): void => {
  const mine = largest.slice()
  shard.max(largest)
  sum.forEach((value, row) => {
    const below = (mine[row] as number) - (largest[row] as number)
    sum[row] = value === 0 ? 0 : value * Math.exp((scale?.[row] ?? 1) * below)
  })
  shard.sum(sum)
}
