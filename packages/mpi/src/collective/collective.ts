/** What processes exchange. */
export type Values = Float32Array | Float64Array | Int32Array

/**
 * Processes that work together. Every one of them makes the same calls in the same order; a call returns when this process's part
 * is done. Results are the same bits on every process.
 */
export interface Collective {
  /** This process, 0 to size - 1. */
  readonly rank: number
  /** How many processes there are. */
  readonly size: number
  /** Adds up, or takes the largest, element by element over all processes; in place. Lengths are equal everywhere. */
  allReduce(values: Float32Array | Float64Array, operation: 'sum' | 'max'): void
  /**
   * The values of all processes, one behind the other by rank.
   *
   * @param counts values of each process; as many as here when left out.
   */
  allGather<T extends Values>(values: T, counts?: ArrayLike<number>): T
  /** Gives every process the values of `root` (0 when left out); in place. */
  broadcast(values: Values, root?: number): void
  /** Waits for every process. */
  barrier(): void
  /** Ends every process of the job, with a message. */
  abort(reason: unknown): never
  /** Leaves; the last call. A process that ends in order does so by itself. */
  close(): void
}

/** The elements of each process in a gathered array, and where they start. */
export const layoutOf = (
  size: number,
  length: number,
  counts: ArrayLike<number> | undefined,
): { readonly counts: Int32Array; readonly starts: Int32Array; readonly total: number } => {
  const each = counts ? Int32Array.from(counts) : new Int32Array(size).fill(length)
  const starts = new Int32Array(size)
  let total = 0
  each.forEach((count, rank) => {
    starts[rank] = total
    total += count
  })
  return { counts: each, starts, total }
}
