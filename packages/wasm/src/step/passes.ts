import { type Arena, createArena, reserve } from '../kernel/arena.js'
import type { Kernel } from '../kernel/instance.js'
import type { PackedEmbeddings } from './pack.js'
import { type Panels, padded } from './shape.js'

/** A run of the columns that take part. */
export interface Block {
  /** Which block of the pass. */
  readonly index: number
  /** First column. */
  readonly start: number
  /** Columns. */
  readonly count: number
}

/** Where class weights come from. */
export interface WeightRows {
  /** Address of a block's raw class weights, [count·K, D], one behind the other; valid until the next call. */
  at(block: Block): number
}

/** Where a forward pass leaves cosines for the backward pass. Every call may say no; they are then computed again. */
export interface CosineStore {
  /** Address at which the cosines of a block are left alone until its backward pass, or 0. */
  place(block: Block, values: number): number
  /** Takes the cosines of a block that has no place from that address. */
  keep(block: Block, address: number, values: number): void
  /** Puts them back at that address, if they were kept. */
  find(block: Block, address: number, values: number): boolean
}

/** What a batch is for the passes. */
export interface PassBatch {
  readonly packed: PackedEmbeddings
  /** [N] d logit / d cosine. */
  readonly slope: Float64Array
  /** [N] column of each row's class, -1: none. */
  readonly columns: Int32Array
}

/** The non-targets of each row, [N] each. */
export interface RowSums {
  /** Largest cosine, -2 where there is none. */
  readonly largest: Float64Array
  /** Its vector. */
  readonly index: Int32Array
  /** Σ exp(slope·(cosine - largest)). */
  readonly sum: Float64Array
  /** Largest cosine with the own class, as the kernels see it; -2 where the own class was not in the pass. */
  readonly own: Float32Array
}

/** What a backward pass is to do. */
export interface BackwardRequest {
  /** [N] d loss / d cosine of an entry at the row's largest cosine. */
  readonly factors: Float64Array
  /** [N] largest cosines over all classes: exponentials are taken relative to them. */
  readonly largest: Float64Array
  /** Whether Σ exp(…)·ŵ is wanted. */
  readonly embeddings: boolean
  /** Whether the gradient by the class weights is wanted. */
  readonly weights: boolean
}

/**
 * Stages 2 to 5 of the non-targets over a run of classes, block by block. `w` is the address of the block's raw class weights,
 * [count·K, D].
 */
export interface Passes {
  readonly blocks: readonly Block[]
  /**
   * Measures class weights ahead of the forward pass, which then does not.
   *
   * @throws NonFiniteVector for class weights that are not finite.
   */
  measure(block: Block, w: number): void
  /** Multiplies and sums up; throws as {@link measure}. Blocks come in ascending order. */
  forward(block: Block, w: number): void
  /** What the forward pass found. */
  sums(): RowSums
  /** Before the blocks of the backward pass. */
  begin(request: BackwardRequest): void
  /**
   * Blocks come in descending order: the last one still has its cosines.
   *
   * @param out address for the gradient; left out, it lies in the working memory until the next block.
   * @returns address of the non-targets' gradient by the raw class weights, [count·K, D], or 0 where it is not wanted.
   */
  backward(block: Block, w: number, out?: number): number
  /** Address of Σ exp(slope·(cosine - largest))·ŵ in double, [N, D]; until {@link begin}, or not wanted, it is undefined. */
  readonly embeddingSums: number
}

/** The class weights of a vector are not finite. */
export class NonFiniteVector extends Error {
  readonly vector: number

  constructor(vector: number) {
    super('class weights are not finite')
    this.vector = vector
  }
}

/** Shorter class weights count as zero, as in core. */
const shortest = 1e-30

/** Float sums over more blocks than this would lose digits: they are moved into doubles. */
const blocksASum = 16

const addresses = (panels: Panels, arena: Arena) => {
  const { rows, paddedRows, blockVectors, width, dimension } = panels
  const floats = (count: number): number => arena.take(4 * count)
  return {
    /** Class weights in the form of the pass, and afterwards their gradient. */
    panel: floats(blockVectors * width),
    cosines: floats(paddedRows * blockVectors),
    exponentials: floats(paddedRows * blockVectors),
    factors: floats(paddedRows * blockVectors),
    along: floats(blockVectors),
    sum: floats(paddedRows * width),
    slope: floats(paddedRows),
    largest: floats(paddedRows),
    index: floats(paddedRows),
    factor: floats(paddedRows),
    sums: arena.take(8 * paddedRows),
    embeddingSums: arena.take(8 * rows * dimension),
    inverse: floats(panels.columns * panels.subCenters),
  }
}

/** Bytes that {@link createPasses} takes of its arena. */
export const passBytes = (panels: Panels): number => {
  const arena = createArena(0)
  addresses(panels, arena)
  return arena.end
}

/**
 * Sets up the passes over columns `from` to `from + panels.columns`.
 *
 * @param arena a place of its own in the kernel's memory, which is made large enough.
 */
export const createPasses = (
  kernel: Kernel,
  panels: Panels,
  arena: Arena,
  batch: PassBatch,
  store: CosineStore,
  from = 0,
): Passes => {
  const { rows, dimension, subCenters, columns, blockColumns, paddedRows, width } = panels
  const { packed } = batch
  const at = addresses(panels, arena)
  reserve(kernel, arena.end)
  const { buffer } = kernel.memory
  const floats = (address: number, length: number): Float32Array =>
    new Float32Array(buffer, address, length)
  const largest = floats(at.largest, paddedRows)
  const index = new Int32Array(buffer, at.index, paddedRows)
  const sums = new Float64Array(buffer, at.sums, paddedRows)
  const own = new Float32Array(rows).fill(-2)

  floats(at.slope, paddedRows).fill(1).set(batch.slope)

  const blocks = Array.from({ length: Math.ceil(columns / blockColumns) }, (_, number) => {
    const start = from + number * blockColumns
    return { index: number, start, count: Math.min(blockColumns, from + columns - start) }
  })
  const targets: number[][] = blocks.map(() => [])
  batch.columns.forEach((column, row) => {
    if (column >= from && column < from + columns) {
      targets[Math.floor((column - from) / blockColumns)]?.push(row)
    }
  })

  const vectorsOf = ({ count }: Block): number => count * subCenters
  const inverseOf = ({ start }: Block): number => at.inverse + 4 * (start - from) * subCenters

  /** Stage 2 and pooling, written to `to`; targets and padding are taken out. */
  const scoreBlock = (block: Block, w: number, to: number): void => {
    const vectors = vectorsOf(block)
    const length = padded(vectors, 4)
    kernel.packTwos(w, vectors, length, dimension, inverseOf(block), at.panel)
    kernel.cosines(packed.sixteens, paddedRows, at.panel, length, dimension, to)
    if (subCenters > 1) kernel.pool(to, paddedRows, vectors, length, subCenters)
    if (length > vectors) kernel.closePadding(to, paddedRows, vectors, length)
    const cosines = floats(to, paddedRows * length)
    for (const row of targets[block.index] ?? []) {
      const lane = ((batch.columns[row] as number) - block.start) * subCenters
      for (let vector = lane; vector < lane + subCenters; vector++) {
        const entry = 16 * ((row >> 4) * length + vector) + (row & 15)
        own[row] = Math.max(own[row] as number, cosines[entry] as number)
        cosines[entry] = -1e30
      }
    }
  }

  const measured = new Set<number>()
  const measure = (block: Block, w: number): void => {
    const bad = kernel.inverseNorms(w, vectorsOf(block), dimension, shortest, inverseOf(block))
    if (bad >= 0) throw new NonFiniteVector(block.start * subCenters + bad)
    measured.add(block.index)
  }

  largest.fill(-2)
  index.fill(-1)
  sums.fill(0)
  const forward = (block: Block, w: number): void => {
    const length = padded(vectorsOf(block), 4)
    if (!measured.has(block.index)) measure(block, w)
    const values = paddedRows * length
    const place = store.place(block, values)
    const cosines = place || at.cosines
    scoreBlock(block, w, cosines)
    if (!place) store.keep(block, cosines, values)
    const first = block.start * subCenters
    kernel.addToSums(cosines, paddedRows, length, at.slope, at.largest, at.index, at.sums, first)
  }

  const partial = floats(at.sum, paddedRows * width)
  let asked: BackwardRequest | undefined
  let unit = 1
  const embeddingSums = new Float64Array(buffer, at.embeddingSums, rows * dimension)
  const begin = (request: BackwardRequest): void => {
    asked = request
    largest.set(request.largest)
    // The factors of a trained batch may all be tiny: relative to the largest of them none is lost in denormal numbers.
    unit = request.factors.reduce((most, factor) => Math.max(most, Math.abs(factor)), 0) || 1
    floats(at.factor, paddedRows)
      .fill(0)
      .set(request.factors.map((factor) => factor / unit))
    partial.fill(0)
    if (request.embeddings) embeddingSums.fill(0)
  }

  /** Address of the cosines of a block. */
  const cosinesOf = (block: Block, w: number, values: number): number => {
    const place = store.place(block, values)
    if (place) return place
    const isLast = block.index === blocks.length - 1
    if (!isLast && !store.find(block, at.cosines, values)) scoreBlock(block, w, at.cosines)
    return at.cosines
  }

  const backward = (block: Block, w: number, out = at.panel): number => {
    const vectors = vectorsOf(block)
    const length = padded(vectors, 4)
    const cosines = cosinesOf(block, w, paddedRows * length)
    const { slope, largest: top, factor, exponentials, factors, along, panel } = at
    kernel.exponentiate(
      cosines,
      paddedRows,
      length,
      slope,
      top,
      factor,
      exponentials,
      factors,
      along,
    )
    const inverse = inverseOf(block)
    if (asked?.embeddings) {
      kernel.packSixteens(w, vectors, length, dimension, inverse, panel)
      kernel.addToEmbeddings(exponentials, paddedRows, panel, length, width, at.sum)
      if (block.index % blocksASum === 0) drain(partial, embeddingSums, panels)
    }
    if (!asked?.weights) return 0
    kernel.weightSums(factors, length, packed.columns, paddedRows, width, panel)
    kernel.undoNormalization(panel, width, w, vectors, dimension, inverse, along, unit, out)
    return out
  }

  return {
    blocks,
    measure,
    forward,
    sums: () => ({
      largest: Float64Array.from(largest.subarray(0, rows)),
      index: index.slice(0, rows),
      sum: sums.slice(0, rows),
      own,
    }),
    begin,
    backward,
    embeddingSums: at.embeddingSums,
  }
}

/** Adds the float sums [N, width] to double ones [N, D] and empties them. */
const drain = (
  partial: Float32Array,
  out: Float64Array,
  { rows, dimension, width }: Panels,
): void => {
  for (let row = 0; row < rows; row++) {
    for (let d = 0; d < dimension; d++) {
      const at = row * dimension + d
      out[at] = (out[at] as number) + (partial[row * width + d] as number)
    }
  }
  partial.fill(0)
}
