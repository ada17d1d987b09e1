/** What the passes over the classes need to know of a batch's shape. */
export interface Shape {
  /** N. */
  readonly rows: number
  /** D. */
  readonly dimension: number
  /** K. */
  readonly subCenters: number
  /** Classes that take part. */
  readonly columns: number
}

/** Sizes of the panels. */
export interface Panels extends Shape {
  /** Classes of a block; the last one may have fewer. */
  readonly blockColumns: number
  /** Vectors of a full block, a multiple of 4. */
  readonly blockVectors: number
  /** N, a multiple of 16. */
  readonly paddedRows: number
  /** D, a multiple of 16. */
  readonly width: number
}

/** `count` made a multiple of `unit`. */
export const padded = (count: number, unit: number): number => Math.ceil(count / unit) * unit

/** Values of a block's class weights and of its cosines: each fits into a second-level cache beside the embeddings. */
const blockValues = 1 << 16

/** Chooses the blocks of a batch. */
export const panelsOf = (shape: Shape): Panels => {
  const { rows, dimension, subCenters, columns } = shape
  const [paddedRows, width] = [padded(rows, 16), padded(dimension, 16)]
  const vectors = Math.max(16, Math.floor(blockValues / Math.max(paddedRows, width)))
  const blockColumns = Math.min(columns, Math.max(1, Math.floor(vectors / subCenters)))
  const blockVectors = padded(blockColumns * subCenters, 4)
  return { ...shape, blockColumns, blockVectors, paddedRows, width }
}
