import { usage } from '../device/flags.js'
import type { Memory } from '../device/memory.js'
import { partialWidth } from '../stages/reduce.js'
import type { Design } from './design.js'
import { inputLength } from './inputs.js'
import type { Plan } from './plan.js'
import type { Tiles } from './tiles.js'

const { storage, uniform, copySource, copyTarget } = usage

/** Names of the buffers that passes share, besides the weights. */
export type WorkName =
  | 'inputs'
  | 'sizes'
  | 'flags'
  | 'embeddings'
  | 'embedding_gradients'
  | 'rows'
  | 'unit'
  | 'turned_unit'
  | 'targets'
  | 'pulls'
  | 'cosines'
  | 'vectors'
  | 'partials'
  | 'sums'
  | 'totals'
  | 'class_slopes'
  | 'top'

/** Bytes between the sizes of two dispatches: WebGPU's default alignment of dynamic offsets. */
export const sizesStride = 256

/** A word each for the first row, class weight and loss that is not finite. */
export const flagBytes = 12

/** Bytes of each buffer for a plan. */
export const workBytes = (
  design: Design,
  plan: Plan,
  tiles: Tiles,
  subset: boolean,
): Readonly<Record<WorkName, number>> => {
  const { quads, dimension, subCenters, slots, rowSums, resolved, classSums } = design
  const { rows, padded, columns, chunks, vectors, groups } = plan
  const matrix = padded * quads * 16
  const sums = Math.max(
    partialWidth,
    Object.keys(rowSums).length,
    2 * Object.keys(resolved.negatives).length,
  )
  return {
    inputs: 4 * inputLength(design, padded, columns, subset),
    // One more for the passes over the shards with a subset.
    sizes: sizesStride * (chunks.length + 1),
    flags: flagBytes,
    embeddings: 4 * rows * dimension,
    embedding_gradients: 4 * rows * dimension,
    rows: 4 * slots.length * padded,
    unit: matrix,
    turned_unit: matrix,
    targets: matrix * subCenters,
    pulls: matrix * (subCenters + 1),
    cosines: 4 * vectors * padded,
    vectors: 16 * vectors,
    partials: 4 * groups * sums * padded,
    sums: matrix * tiles.splits,
    totals: resolved.reduction === 'classwise' ? 8 * columns : 0,
    class_slopes: 4 * Object.keys(classSums).length * columns,
    top: 0,
  }
}

/** The buffers that passes share; they grow when a pass needs more. */
export class Workspace {
  readonly #memory: Memory
  readonly #buffers = new Map<WorkName, GPUBuffer>()

  constructor(memory: Memory) {
    this.#memory = memory
  }

  /** Makes room. Passes that were recorded before and not submitted lose their buffers if anything grows. */
  async ensure(bytes: Readonly<Partial<Record<WorkName, number>>>): Promise<void> {
    for (const [name, size, role] of this.#missing(bytes)) {
      this.#buffers.set(name, await this.#memory.allocate(name, size, role))
    }
  }

  /** {@link ensure} without error scopes, at once. */
  ensureNow(bytes: Readonly<Partial<Record<WorkName, number>>>): void {
    for (const [name, size, role] of this.#missing(bytes)) {
      this.#buffers.set(name, this.#memory.allocateNow(name, size, role))
    }
  }

  /** What has to grow, released; with its size and usage. */
  *#missing(
    bytes: Readonly<Partial<Record<WorkName, number>>>,
  ): Generator<[name: WorkName, bytes: number, usage: number]> {
    for (const [name, needed] of Object.entries(bytes) as [WorkName, number][]) {
      const before = this.#buffers.get(name)
      if (needed === 0 || (before && before.size >= needed)) continue
      this.#memory.release(before)
      this.#buffers.delete(name)
      const role = name === 'sizes' ? uniform : storage
      yield [name, needed, role | copySource | copyTarget]
    }
  }

  /** A buffer that `ensure` made. */
  get(name: WorkName): GPUBuffer {
    const buffer = this.#buffers.get(name)
    if (!buffer) throw new RangeError(`no buffer ${name}`)
    return buffer
  }
}
