import type { MarginHead, StoredArray, WeightSource } from '@arcmargin/wasm'

/** A process's slice of the arrays of a head, wherever they are kept; classes are counted from the slice's first. */
export interface SliceStore {
  /** A copy of a run of classes, [count, K, D]. */
  read(array: StoredArray, first: number, count: number): Promise<Float32Array>
  write(array: StoredArray, first: number, values: Float32Array): Promise<void>
}

/** The arrays of a head that holds them itself, or of one that streams them. */
export const storeOf = (
  head: MarginHead,
  source: WeightSource | undefined,
  classes: number,
): SliceStore => {
  if (!source) {
    return {
      read: (array, first, count) => head.read(array, first, Math.min(count, classes - first)),
      write: (array, first, values) => head.write(array, values, first),
    }
  }
  const { subCenters, dimension } = head
  return {
    read: async (array, first, count) => {
      const values = new Float32Array(count * subCenters * dimension)
      await source.read(array, first * subCenters, values)
      return values
    },
    write: async (array, first, values) => source.write(array, first * subCenters, values),
  }
}
