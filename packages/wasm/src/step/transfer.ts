import type { Arena } from '../kernel/arena.js'
import type { Kernel } from '../kernel/instance.js'
import type { CosineStore, WeightRows } from './passes.js'
import type { Panels } from './shape.js'

/** Copies blocks of class weights from an array outside the memory; `subset` names the classes of the columns. */
export const copiedRows = (
  { memory }: Kernel,
  { blockColumns, dimension, subCenters }: Panels,
  arena: Arena,
  classWeights: Float32Array,
  subset?: ArrayLike<number>,
): WeightRows => {
  const size = subCenters * dimension
  const address = arena.take(4 * blockColumns * size)
  return {
    at: ({ start, count }) => {
      const rows = new Float32Array(memory.buffer, address, count * size)
      if (!subset) rows.set(classWeights.subarray(start * size, (start + count) * size))
      else {
        for (let lane = 0; lane < count; lane++) {
          const from = (subset[start + lane] as number) * size
          rows.set(classWeights.subarray(from, from + size), lane * size)
        }
      }
      return address
    },
  }
}

/** Bytes of the cosines of a full block. */
const blockBytes = ({ paddedRows, blockVectors }: Panels): number => 4 * paddedRows * blockVectors

/** Whether the cosines of a block find room in its rows of the weight gradient. */
export const fitsGradient = ({ paddedRows, dimension }: Panels): boolean => paddedRows <= dimension

/**
 * Leaves cosines in the rows of a weight gradient in the memory, which are written only after they have been read: no array of N×C
 * where N <= D.
 */
export const gradientPlaces = (
  { dimension, subCenters }: Panels,
  gradient: number,
): CosineStore => {
  const size = subCenters * dimension
  return {
    place: ({ start, count }, values) => (values <= count * size ? gradient + 4 * start * size : 0),
    keep: () => undefined,
    find: () => false,
  }
}

/** Bytes that cosines take of a budget: whole blocks, as many as there are. */
export const keptBytes = (panels: Panels, budget: number): number => {
  const blocks = Math.ceil(panels.columns / panels.blockColumns)
  return Math.min(blocks, Math.floor(budget / blockBytes(panels))) * blockBytes(panels)
}

/** Leaves cosines in a place of their own, {@link keptBytes} long. */
export const keptPlaces = (panels: Panels, address: number, bytes: number): CosineStore => {
  const size = blockBytes(panels)
  return {
    place: ({ index }) => ((index + 1) * size <= bytes ? address + index * size : 0),
    keep: () => undefined,
    find: () => false,
  }
}

/** {@link gradientPlaces} for a gradient outside the memory. */
export const gradientStore = (
  { memory }: Kernel,
  { dimension, subCenters }: Panels,
  gradient: Float32Array,
): CosineStore => {
  const size = subCenters * dimension
  return {
    place: () => 0,
    keep: ({ start, count }, address, values) => {
      if (values > count * size) return
      gradient.set(new Float32Array(memory.buffer, address, values), start * size)
    },
    find: ({ start, count }, address, values) => {
      if (values > count * size) return false
      const kept = gradient.subarray(start * size, start * size + values)
      new Float32Array(memory.buffer, address, values).set(kept)
      return true
    },
  }
}
