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

/**
 * Keeps cosines in the rows of the weight gradient, which are written only after they have been read: no array of N×C where
 * N <= D.
 */
export const gradientStore = (
  { memory }: Kernel,
  { dimension, subCenters }: Panels,
  gradient: Float32Array,
): CosineStore => {
  const size = subCenters * dimension
  return {
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

/** Keeps the cosines of as many blocks as fit into a budget of bytes. */
export const budgetStore = ({ memory }: Kernel, budget: number): CosineStore => {
  const kept: Float32Array[] = []
  let left = budget
  return {
    keep: ({ index }, address, values) => {
      if (4 * values > left) return
      left -= 4 * values
      kept[index] = new Float32Array(memory.buffer, address, values).slice()
    },
    find: ({ index }, address, values) => {
      const cosines = kept[index]
      if (!cosines) return false
      new Float32Array(memory.buffer, address, values).set(cosines)
      return true
    },
  }
}
