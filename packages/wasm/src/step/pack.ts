import type { Arena } from '../kernel/arena.js'
import type { Kernel } from '../kernel/instance.js'
import type { Panels } from './shape.js'

/** Addresses of a batch's unit embeddings, in the two orders in which the products read them. */
export interface PackedEmbeddings {
  /** [rows/16][D][16]. */
  readonly sixteens: number
  /** [width/16][rows][16]. */
  readonly columns: number
}

/** Places for the embeddings of a batch. */
export const embeddingPlaces = (
  { paddedRows, dimension, width }: Panels,
  arena: Arena,
): PackedEmbeddings => ({
  sixteens: arena.take(4 * paddedRows * dimension),
  columns: arena.take(4 * paddedRows * width),
})

/**
 * Writes the embeddings to their places, in a memory that is large enough.
 *
 * @param embeddings [N, D] unit vectors.
 */
export const packEmbeddings = (
  { memory }: Kernel,
  { rows, dimension, paddedRows, width }: Panels,
  places: PackedEmbeddings,
  embeddings: Float64Array,
): void => {
  const floats = (address: number, length: number): Float32Array =>
    new Float32Array(memory.buffer, address, length).fill(0)
  const sixteens = floats(places.sixteens, paddedRows * dimension)
  const columns = floats(places.columns, paddedRows * width)
  for (let row = 0; row < rows; row++) {
    const first = (row >> 4) * dimension * 16 + (row & 15)
    for (let d = 0; d < dimension; d++) {
      const value = embeddings[row * dimension + d] as number
      sixteens[first + d * 16] = value
      columns[((d >> 4) * paddedRows + row) * 16 + (d & 15)] = value
    }
  }
}
