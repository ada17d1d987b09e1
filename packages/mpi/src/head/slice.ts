import type { Collective } from '../collective/collective.js'

/** A run of classes. */
export interface Slice {
  /** First class. */
  readonly first: number
  /** Classes. */
  readonly count: number
}

/**
 * The classes of a process: runs of equal length, the first ones with one class more where C does not divide.
 *
 * @param classes C.
 */
export const sliceOf = (
  classes: number,
  { rank, size }: Pick<Collective, 'rank' | 'size'>,
): Slice => {
  const least = Math.floor(classes / size)
  const more = classes % size
  return { first: rank * least + Math.min(rank, more), count: least + (rank < more ? 1 : 0) }
}
