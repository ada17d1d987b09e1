import { ParameterError, ShapeError } from '../errors.js'
import type { PairBatch } from './batch.js'
import type { Chosen } from './direction.js'

/** Parallel lists of rows, each below its limit; refuses others. */
const checkRows = (
  argument: string,
  lists: Readonly<Record<string, readonly [rows: ArrayLike<number>, limit: number]>>,
): void => {
  const entries = Object.entries(lists)
  const length = entries[0]?.[1][0].length ?? 0
  for (const [name, [rows, limit]] of entries) {
    if (rows.length !== length) {
      const details = { argument: `${argument}.${name}`, allowed: `${length}, as the other lists` }
      throw new ShapeError(`has ${rows.length} values`, details)
    }
    for (let row = 0; row < length; row++) {
      const value = rows[row] as number
      if (Number.isInteger(value) && value >= 0 && value < limit) continue
      const details = { argument: `${argument}.${name}`, row, value, allowed: `0 to ${limit - 1}` }
      throw new ParameterError('is not a row', details)
    }
  }
}

const byAnchor = (
  anchors: ArrayLike<number>,
  values: ArrayLike<number>,
  count: number,
): Int32Array[] => {
  const lists = Array.from({ length: count }, (): number[] => [])
  Array.from(anchors, (anchor, index) => lists[anchor]?.push(values[index] as number))
  return lists.map((list) => Int32Array.from(list))
}

/** The chosen columns of each anchor, where the batch names pairs or triplets. Labels are not looked at. */
export const readMined = (
  { pairs, triplets }: Pick<PairBatch, 'pairs' | 'triplets'>,
  anchors: number,
  others: number,
): Chosen | undefined => {
  if (pairs) {
    const lists = (['positives', 'negatives'] as const).map((kind) => {
      const { [kind]: list } = pairs
      checkRows(`pairs.${kind}`, {
        anchors: [list.anchors, anchors],
        others: [list.others, others],
      })
      return byAnchor(list.anchors, list.others, anchors)
    }) as [Int32Array[], Int32Array[]]
    return { positives: lists[0], negatives: lists[1], aligned: false }
  }
  if (!triplets) return undefined
  checkRows('triplets', {
    anchors: [triplets.anchors, anchors],
    positives: [triplets.positives, others],
    negatives: [triplets.negatives, others],
  })
  return {
    positives: byAnchor(triplets.anchors, triplets.positives, anchors),
    negatives: byAnchor(triplets.anchors, triplets.negatives, anchors),
    aligned: true,
  }
}
