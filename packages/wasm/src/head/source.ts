import type { Kernel } from '../kernel/instance.js'
import type { Stream } from './lane.js'
import type { OptimizerArray } from './optimizer.js'

/** The arrays of a head that live elsewhere, each [C, K, D] in float32. */
export type StoredArray = 'weights' | OptimizerArray

/**
 * Where class weights live that do not live in the head: a file, another process, a database. Rows are class·K + sub-center. The
 * optimiser's arrays are to be 0 at first.
 */
export interface WeightSource {
  /** Fills `target` with rows from `first` on. */
  read(array: StoredArray, first: number, target: Float32Array): void | Promise<void>
  /** Stores rows from `first` on; `values` is reused by the next call. */
  write(array: StoredArray, first: number, values: Float32Array): void | Promise<void>
}

/** A source as a lane streams it, through an array outside the memory: files cannot be read into shared ones. */
export const streamOf = (
  { memory }: Kernel,
  source: WeightSource,
  arrays: readonly StoredArray[],
  subCenters: number,
  dimension: number,
): Stream => {
  let buffer = new Float32Array(0)
  const staging = (values: number): Float32Array => {
    if (buffer.length < values) buffer = new Float32Array(values)
    return buffer.subarray(0, values)
  }
  return {
    slots: arrays.length,
    read: async (slot, { start, count }, address) => {
      const values = staging(count * subCenters * dimension)
      await source.read(arrays[slot] as StoredArray, start * subCenters, values)
      new Float32Array(memory.buffer, address, values.length).set(values)
    },
    write: async (slot, { start, count }, address) => {
      const values = staging(count * subCenters * dimension)
      values.set(new Float32Array(memory.buffer, address, values.length))
      await source.write(arrays[slot] as StoredArray, start * subCenters, values)
    },
  }
}
