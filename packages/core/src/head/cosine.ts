import type { Kernels } from './kernels.js'
import type { Centers } from './layout.js'

/** A run of classes: unit vectors of their sub-centers, norms, and the cosines of every row with each of them. */
export interface ClassBlock {
  /** First column of the run. */
  readonly start: number
  /** Columns in the run. */
  readonly count: number
  /** [count·K, D]; belongs to the stream. */
  readonly units: Float64Array
  /** [count·K]. */
  readonly norms: Float64Array
  /** [N, count·K]; the last pass may overwrite it. */
  readonly cosines: Float64Array
}

/** What the passes of one stream share. */
interface Workspace {
  readonly units: Float64Array
  readonly norms: Float64Array
  /** Cosines of one block, where they are not kept. */
  readonly shared: Float64Array | undefined
}

/** Packed vectors of a block fit into a second-level cache. */
const blockValues = 1 << 17

/** How many classes are taken at a time. */
export const blockSize = (rows: number, { dimension, subCenters, columns }: Centers): number => {
  const size = Math.floor(blockValues / (Math.max(dimension, rows) * subCenters))
  return Math.min(columns, Math.max(16, size))
}

/**
 * Stage 2: cosines, streamed over blocks of classes. Only one block exists at a time, unless all cosines fit into `budget`
 * bytes; then later passes find them again.
 */
export const cosineBlocks = (
  embeddings: Float64Array,
  rows: number,
  centers: Centers,
  budget: number,
  { dots }: Kernels,
): (() => Generator<ClassBlock>) => {
  const { dimension, subCenters, columns } = centers
  const size = blockSize(rows, centers)
  const keep = rows * columns * subCenters * 8 <= budget
  const kept: Float64Array[] = []
  // Made by the first pass: a backend with products of its own makes none.
  let workspace: Workspace | undefined

  return function* blocks() {
    workspace ??= {
      units: new Float64Array(size * subCenters * dimension),
      norms: new Float64Array(size * subCenters),
      shared: keep ? undefined : new Float64Array(rows * size * subCenters),
    }
    const { units, norms, shared } = workspace
    for (let start = 0; start < columns; start += size) {
      const count = Math.min(size, columns - start)
      const vectors = count * subCenters
      for (let v = 0; v < vectors; v++) {
        const column = start + Math.floor(v / subCenters)
        norms[v] = centers.unit(column, v % subCenters, units, v * dimension)
      }
      const known = kept[start / size]
      const cosines = known ?? shared ?? new Float64Array(rows * vectors)
      if (!known) dots(embeddings, rows, units, vectors, dimension, cosines)
      if (keep) kept[start / size] = cosines
      yield { start, count, units, norms, cosines }
    }
  }
}
