import type { Pairing } from './definition.js'
import type { Side } from './side.js'

/** Samples in one role, without their values. */
export interface Members {
  /** Whether these are the caller's `others`. */
  readonly ofOthers: boolean
  readonly rows: number
  /** [rows], -1 where ignored. */
  readonly labels: Int32Array
  /** Row of the caller's array. */
  readonly source: Int32Array
}

/** Anchors and those they are compared with. */
export interface Direction<S extends Members = Side> {
  readonly anchors: S
  readonly others: S
  /** [anchors] row of `others` that is the anchor itself, -1 for none. */
  readonly self: Int32Array
  readonly pairing: Pairing
  /** Share in the loss: ½ for each direction of a symmetric loss. */
  readonly share: number
  /** Chosen columns of each anchor, in place of those that the labels give. */
  readonly chosen?: Chosen
}

/** Columns of one anchor. `aligned`: the i-th positive and the i-th negative are a triplet. */
export interface Columns {
  readonly positives: Int32Array
  readonly positiveCount: number
  readonly negatives: Int32Array
  readonly negativeCount: number
  readonly aligned: boolean
}

/** Chosen columns by anchor. */
export interface Chosen {
  readonly positives: readonly Int32Array[]
  readonly negatives: readonly Int32Array[]
  readonly aligned: boolean
}

/**
 * A function that gives each anchor its columns: of equal label but itself, and, unless the loss has no use for them, of another
 * label; or those that were chosen. The result is overwritten by the next call.
 */
export const columnFinder = (
  { anchors, others, self, pairing, chosen }: Direction<Members>,
  withNegatives: boolean,
): ((anchor: number) => Columns) => {
  if (chosen) {
    const none = new Int32Array()
    return (anchor) => {
      const positives = chosen.positives[anchor] as Int32Array
      const negatives = withNegatives ? (chosen.negatives[anchor] as Int32Array) : none
      return {
        positives,
        positiveCount: positives.length,
        negatives,
        negativeCount: negatives.length,
        aligned: chosen.aligned,
      }
    }
  }
  const classes = new Map<number, number[]>()
  others.labels.forEach((label, column) => {
    if (label < 0) return
    const members = classes.get(label)
    if (members) members.push(column)
    else classes.set(label, [column])
  })
  const largest = Math.max(1, ...[...classes.values()].map((members) => members.length))
  const positives = new Int32Array(largest)
  const negatives = new Int32Array(withNegatives ? others.rows : 0)
  return (anchor) => {
    const label = anchors.labels[anchor] as number
    const own = self[anchor] as number
    const first = pairing === 'unordered' ? own + 1 : 0
    let positiveCount = 0
    let negativeCount = 0
    for (const column of (label < 0 ? undefined : classes.get(label)) ?? []) {
      if (column !== own && column >= first) positives[positiveCount++] = column
    }
    const end = withNegatives && label >= 0 ? others.rows : 0
    for (let column = first; column < end; column++) {
      const other = others.labels[column] as number
      if (other >= 0 && other !== label && column !== own) negatives[negativeCount++] = column
    }
    return { positives, positiveCount, negatives, negativeCount, aligned: false }
  }
}
