import type { Columns, Direction, Members } from '@arcmargin/core/pairs/engine'
import { columnFinder } from '@arcmargin/core/pairs/engine'
import type { PairPlan } from './plan.js'

/** One positive of every anchor of a block that has so many. */
export interface Slot {
  /** [anchors] column, 0 where there is none. */
  readonly positive: Int32Array
  /** [anchors, 1]: 1, or 0 where there is none. */
  readonly counts: Float32Array
  /** [anchors] the only negative of each, where triplets were named. */
  readonly negative: Int32Array | undefined
}

/** Who is compared with whom in a run of anchors, how often. */
export interface BlockColumns {
  /** [anchors, M]. */
  readonly positives: Float32Array
  readonly negatives: Float32Array
  /** [anchors, 1]. */
  readonly positiveCount: Float32Array
  readonly negativeCount: Float32Array
  /** [anchors, 1]: 1, or 0 for an anchor that is ignored. */
  readonly real: Float32Array
  /** For losses over triplets. */
  readonly slots: readonly Slot[]
}

/** A function that gives a run of anchors its columns. */
export const blockFinder = (
  { resolved, loss }: PairPlan,
  direction: Direction<Members>,
): ((start: number, count: number) => BlockColumns) => {
  const { anchors, others } = direction
  const find = columnFinder(direction, resolved.negative !== undefined)
  const triplets = loss.definition.over === 'triplets'
  return (start, count) => {
    const block = {
      positives: new Float32Array(count * others.rows),
      negatives: new Float32Array(count * others.rows),
      positiveCount: new Float32Array(count),
      negativeCount: new Float32Array(count),
      real: new Float32Array(count),
    }
    const slots: Slot[] = []
    for (let row = 0; row < count; row++) {
      if ((anchors.labels[start + row] as number) < 0) continue
      const columns = find(start + row)
      const { positives, positiveCount, negatives, negativeCount } = columns
      block.real[row] = 1
      block.positiveCount[row] = positiveCount
      block.negativeCount[row] = negativeCount
      addTo(block.positives, row * others.rows, positives, positiveCount)
      addTo(block.negatives, row * others.rows, negatives, negativeCount)
      if (triplets) fillSlots(slots, row, count, columns)
    }
    return { ...block, slots }
  }
}

const addTo = (into: Float32Array, offset: number, columns: Int32Array, count: number): void => {
  for (let lane = 0; lane < count; lane++) {
    const at = offset + (columns[lane] as number)
    into[at] = (into[at] as number) + 1
  }
}

const fillSlots = (
  slots: Slot[],
  row: number,
  count: number,
  { positives, positiveCount, negatives, aligned }: Columns,
): void => {
  for (let lane = 0; lane < positiveCount; lane++) {
    slots[lane] ??= {
      positive: new Int32Array(count),
      counts: new Float32Array(count),
      negative: aligned ? new Int32Array(count) : undefined,
    }
    const slot = slots[lane] as Slot
    slot.positive[row] = positives[lane] as number
    slot.counts[row] = 1
    if (slot.negative) slot.negative[row] = negatives[lane] as number
  }
}
