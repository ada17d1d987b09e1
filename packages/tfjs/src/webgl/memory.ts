import type * as tf from '@tensorflow/tfjs-core'
import type { Plan } from '../head/plan.js'

/** What the forward pass leaves for the backward pass. */
export interface Memory {
  /** [N, 3 + parameters]: see `rowTable`. */
  readonly rows: tf.TensorInfo
  /** Of the embeddings, [N, 2] and [N, D]. */
  readonly lengths: tf.TensorInfo
  readonly units: tf.TensorInfo
  /** Of the targets' centers, likewise. */
  readonly centerLengths: tf.TensorInfo
  readonly centers: tf.TensorInfo
  /** [N, 6]: see `measure`. */
  readonly measured: tf.TensorInfo
  /** [N, 2]: see `rowSums`. */
  readonly sums: tf.TensorInfo
  /** [count, D] directions of the last block's class weights. */
  readonly lastUnits: tf.TensorInfo
  /** [count, 2] of each block. */
  readonly blockLengths: readonly tf.TensorInfo[]
  /** [N, count] of each block, where they are kept. */
  readonly cosines: readonly tf.TensorInfo[]
}

/** As a list, which a kernel may give. */
export const listed = ({ blockLengths, cosines, ...others }: Memory): tf.TensorInfo[] => [
  others.rows,
  others.lengths,
  others.units,
  others.centerLengths,
  others.centers,
  others.measured,
  others.sums,
  others.lastUnits,
  ...blockLengths,
  ...cosines,
]

/** {@link listed} undone. */
export const recalled = (list: readonly tf.TensorInfo[], blocks: number): Memory => {
  type Info = tf.TensorInfo
  const [rows, lengths, units, centerLengths, centers, measured, sums, lastUnits, ...others] =
    list as [Info, Info, Info, Info, Info, Info, Info, Info, ...Info[]]
  return {
    rows,
    lengths,
    units,
    centerLengths,
    centers,
    measured,
    sums,
    lastUnits,
    blockLengths: others.slice(0, blocks),
    cosines: others.slice(blocks),
  }
}

/** A run of classes. */
export interface Block {
  readonly start: number
  readonly count: number
}

/** As few blocks as the size of one allows, of about the same size, which is even: a texel holds two rows. */
export const blocksOf = ({ columns, blockSize }: Plan): Block[] => {
  const most = blockSize + (blockSize % 2)
  const size = 2 * Math.ceil(columns / Math.ceil(columns / most) / 2)
  return Array.from({ length: Math.ceil(columns / size) }, (_, index) => ({
    start: index * size,
    count: Math.min(size, columns - index * size),
  }))
}
