import { ParameterError, ShapeError } from '../errors.js'
import type { FloatArray } from '../head/batch.js'
import { checkFloats } from '../head/check.js'
import { countRows, positiveInteger } from '../head/layout.js'
import type { OtherSamples } from './batch.js'
import { readRows } from './labels.js'

/** The last embeddings that were seen: a value, never changed. Wang et al., XBM, CVPR 2020, arXiv:1912.06798. */
export interface CrossBatchMemory {
  /** Rows that fit. */
  readonly capacity: number
  readonly dimension: number
  /** [filled, D], oldest first. */
  readonly embeddings: FloatArray
  /** [filled]. */
  readonly labels: Int32Array
}

/** A memory that holds nothing yet. */
export const emptyMemory = (capacity: number, dimension: number): CrossBatchMemory => ({
  capacity: positiveInteger('capacity', capacity),
  dimension: positiveInteger('dimension', dimension),
  embeddings: new Float32Array(0),
  labels: new Int32Array(0),
})

/**
 * Puts a batch into the memory; the oldest rows leave when it is full. Rows with label -1 stay out.
 *
 * @param memory not changed.
 * @param batch embeddings [N, D] and labels [N], N at most the capacity.
 * @returns the next memory, in the batch's precision, and the memory as `others` of this batch: its own rows are known there, so
 *   that no sample is its own positive. Ask for the gradient by `embeddings` alone: what is remembered does not move.
 * @throws ParameterError, ShapeError, LabelError.
 */
export const remember = (
  memory: CrossBatchMemory,
  batch: { readonly embeddings: FloatArray; readonly labels: ArrayLike<number> },
): { readonly memory: CrossBatchMemory; readonly others: OtherSamples } => {
  const { capacity, dimension } = memory
  const { embeddings } = batch
  checkFloats('embeddings', embeddings)
  const rows = countRows('embeddings', embeddings.length, dimension, 'dimension')
  const labels = readRows('labels', batch.labels, rows)
  if (memory.embeddings.length !== memory.labels.length * dimension) {
    const allowed = `${memory.labels.length * dimension}, dimension times the labels`
    const details = { argument: 'memory.embeddings', allowed }
    throw new ShapeError(`has ${memory.embeddings.length} values`, details)
  }
  const entering = [...labels.keys()].filter((row) => (labels[row] as number) >= 0)
  if (entering.length > capacity) {
    const details = { argument: 'embeddings', value: entering.length, allowed: `${capacity} rows` }
    throw new ParameterError('has more rows than the memory holds', details)
  }
  const leaving = Math.max(0, memory.labels.length + entering.length - capacity)
  const staying = memory.labels.length - leaving
  const size = (staying + entering.length) * dimension
  const values =
    embeddings instanceof Float32Array ? new Float32Array(size) : new Float64Array(size)
  values.set(memory.embeddings.subarray(leaving * dimension))
  const next = new Int32Array(staying + entering.length)
  next.set(memory.labels.subarray(leaving))
  const self = new Int32Array(rows).fill(-1)
  entering.forEach((row, index) => {
    const at = staying + index
    values.set(embeddings.subarray(row * dimension, (row + 1) * dimension), at * dimension)
    next[at] = labels[row] as number
    self[row] = at
  })
  return {
    memory: { capacity, dimension, embeddings: values, labels: next },
    others: { embeddings: values, labels: next, self },
  }
}
