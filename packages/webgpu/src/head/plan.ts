import { groupSize } from '../stages/reduce.js'
import type { Sizes } from '../wgsl/module.js'
import type { Shard } from './shards.js'

/** Rows that a tile of the products takes. */
export const rowTile = 16

/** A run of classes that is processed at once, and where its weights are. */
export interface Chunk {
  readonly shard: Shard
  readonly sizes: Sizes
}

/** How a step goes over the classes. */
export interface Plan {
  readonly rows: number
  readonly padded: number
  readonly columns: number
  /** Whether all cosines stay between the passes. */
  readonly kept: boolean
  readonly chunks: readonly Chunk[]
  /** Vectors whose cosines exist at a time. */
  readonly vectors: number
  /** Groups of the largest chunk. */
  readonly groups: number
}

/** What decides how classes are cut. */
export interface PlanOptions {
  readonly subCenters: number
  /** Bytes of cosines that may exist. */
  readonly cosineBudget: number
  /** Vectors of a chunk where cosines are not kept. */
  readonly chunkVectors: number
  /** Whether cosines stay where they fit; inference uses each once. Default: yes. */
  readonly keep?: boolean
}

/** Vectors whose tiles fit into one dispatch along y, which WebGPU limits to 65535. */
const dispatchVectors = 65535 * 4

/**
 * Cuts the classes into chunks. Where all cosines fit into the budget they are kept, and a second pass finds them again; else a chunk's
 * replace those of the one before.
 */
export const createPlan = (
  rows: number,
  shards: readonly Shard[],
  { subCenters, cosineBudget, chunkVectors, keep = true }: PlanOptions,
): Plan => {
  const padded = Math.ceil(rows / rowTile) * rowTile
  const columns = shards.reduce((sum, { count }) => sum + count, 0)
  const fitting = Math.floor(cosineBudget / (4 * padded))
  const kept = keep && columns * subCenters <= fitting
  const most = kept ? dispatchVectors : Math.min(chunkVectors, fitting, dispatchVectors)
  const width = Math.max(1, Math.floor(most / subCenters))
  const chunks: Chunk[] = []
  for (const shard of shards) {
    for (let offset = 0; offset < shard.count; offset += width) {
      const first = shard.first + offset
      chunks.push({
        shard,
        sizes: {
          rows,
          padded,
          first,
          count: Math.min(width, shard.count - offset),
          columns,
          place: kept ? first * subCenters : 0,
          start: offset * subCenters,
          opens: chunks.length === 0 ? 1 : 0,
        },
      })
    }
  }
  const largest = Math.max(...chunks.map(({ sizes }) => sizes.count))
  return {
    rows,
    padded,
    columns,
    kept,
    chunks,
    vectors: kept ? columns * subCenters : largest * subCenters,
    groups: Math.ceil(largest / groupSize),
  }
}
