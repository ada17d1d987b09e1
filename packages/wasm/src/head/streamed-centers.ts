import { type Centers, normalize } from '@arcmargin/core/backend'
import type { WeightSource } from './source.js'

/** Shape of a head. */
interface HeadShape {
  readonly classes: number
  readonly subCenters: number
  readonly dimension: number
}

/** Reads the class weights of a batch's own classes, which are all that core needs of streamed ones. */
export const streamedCenters = async (
  source: WeightSource,
  { classes, subCenters, dimension }: HeadShape,
  labels: ArrayLike<number>,
): Promise<Centers> => {
  const size = subCenters * dimension
  const rows = new Map<number, Float32Array>()
  for (const label of new Set(Array.from(labels))) {
    // Labels that are none are core's to refuse.
    if (!(Number.isInteger(label) && label >= 0 && label < classes)) continue
    const values = new Float32Array(size)
    await source.read('weights', label * subCenters, values)
    rows.set(label, values)
  }
  const unread = (column: number): never => {
    throw new RangeError(`class ${column} has not been read`)
  }
  return {
    dimension,
    subCenters,
    classes,
    columns: classes,
    classOf: (column) => column,
    unit: (column, subCenter, target, offset) => {
      const values = rows.get(column) ?? unread(column)
      const index = column * subCenters + subCenter
      const start = subCenter * dimension
      return normalize('classWeights', index, values, start, 1, target, offset, dimension)
    },
    place: (column, subCenter) => (column * subCenters + subCenter) * dimension,
    stride: 1,
    length: classes * size,
  }
}
