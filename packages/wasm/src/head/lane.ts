import { type Arena, createArena } from '../kernel/arena.js'
import type { Kernel } from '../kernel/instance.js'
import type { TargetGradient } from '../step/gradients.js'
import {
  type BackwardRequest,
  type Block,
  createPasses,
  type PassBatch,
  type Passes,
  passBytes,
  type RowSums,
} from '../step/passes.js'
import type { Panels } from '../step/shape.js'
import { budgetStore, gradientStore } from '../step/transfer.js'
import type { Update } from './optimizer.js'

/** Where the arrays of a head lie, [C, K, D] each. */
export interface Arrays {
  /** Address of the class weights, or undefined where they are streamed. */
  readonly weights: number | undefined
  /** Addresses of what the optimiser keeps; empty where it is streamed. */
  readonly slots: readonly number[]
  /** Address of the gradient, where there is no optimiser. */
  readonly gradient: number | undefined
}

/** The classes that a lane works on, and where. */
export interface ForwardJob {
  readonly panels: Panels
  /** First column. */
  readonly from: number
  readonly batch: PassBatch
  /** Class of each column, where only some take part. */
  readonly subset: Int32Array | undefined
  readonly arrays: Arrays
  /** Address of the lane's own working memory, {@link laneBytes} long. */
  readonly workspace: number
  /** Bytes of cosines that may be kept outside the memory. */
  readonly cosineBudget: number
}

/** The second half of a step. */
export interface BackwardJob extends BackwardRequest {
  /** Targets' part of the gradient by the lane's vectors, ascending. */
  readonly targets: readonly TargetGradient[]
  readonly update: Update | undefined
}

/** Streamed arrays: called for every block, in the order of the pass; `slot` 0 is the class weights. */
export interface Stream {
  readonly slots: number
  read(slot: number, block: Block, address: number): Promise<void>
  write(slot: number, block: Block, address: number): Promise<void>
}

/** Called before each block of a forward pass; may wait, or throw to stop it. */
export type Pause = () => void | Promise<void>

/** A share of the classes on one thread. */
export interface Lane {
  forward(job: ForwardJob, pause: Pause): Promise<RowSums>
  backward(job: BackwardJob): Promise<Float64Array>
}

/** Places of a lane: staged rows for each array, then the passes. */
const places = (panels: Panels, arena: Arena, slots: number): readonly number[] => {
  const { blockColumns, subCenters, dimension } = panels
  const bytes = 4 * blockColumns * subCenters * dimension
  return Array.from({ length: slots }, () => arena.take(bytes))
}

/** Bytes of working memory of a lane; `slots` counts its staged arrays. */
export const laneBytes = (panels: Panels, slots: number): number => {
  const arena = createArena(0)
  places(panels, arena, slots)
  return arena.end + passBytes(panels)
}

/** One step of an optimiser on `count` values at the given addresses. */
export const apply = (
  kernel: Kernel,
  update: Update,
  w: number,
  g: number,
  slots: readonly number[],
  count: number,
): void => {
  const [first = 0, second = 0] = slots
  if (update.type === 'sgd') {
    kernel.sgd(w, g, first, count, update.rate, update.momentum, update.decay)
  } else {
    const { keep, rate, beta1, beta2, epsilon, correction } = update
    kernel.adamW(w, g, first, second, count, keep, rate, beta1, beta2, epsilon, correction)
  }
}

/** A lane on this thread's kernels. */
export const createLane = (kernel: Kernel, stream?: Stream): Lane => {
  let passes: Passes
  let job: ForwardJob
  let staged: readonly number[]

  const size = (): number => job.panels.subCenters * job.panels.dimension
  const floats = (address: number, length: number): Float32Array =>
    new Float32Array(kernel.memory.buffer, address, length)

  /** Address of a block's class weights. */
  const rowsOf = async (block: Block): Promise<number> => {
    const { arrays, subset } = job
    const [copy = 0] = staged
    if (stream) await stream.read(0, block, copy)
    if (arrays.weights === undefined) return copy
    if (!subset) return arrays.weights + 4 * block.start * size()
    const rows = floats(copy, block.count * size())
    for (let lane = 0; lane < block.count; lane++) {
      const from = arrays.weights + 4 * (subset[block.start + lane] as number) * size()
      rows.set(floats(from, size()), lane * size())
    }
    return copy
  }

  const forward: Lane['forward'] = async (given, pause) => {
    job = given
    const { panels, arrays, batch, cosineBudget } = job
    const arena = createArena(job.workspace)
    staged = places(panels, arena, stream ? stream.slots : 1)
    const store =
      arrays.gradient !== undefined && panels.paddedRows <= panels.dimension
        ? gradientStore(
            kernel,
            panels,
            floats(arrays.gradient, (job.from + panels.columns) * size()),
          )
        : budgetStore(kernel, cosineBudget)
    passes = createPasses(kernel, panels, arena, batch, store, job.from)
    for (const block of passes.blocks) {
      const waiting = pause()
      if (waiting) await waiting
      passes.forward(block, await rowsOf(block))
    }
    return passes.sums()
  }

  /** Changes the class weights of a block by their gradient. */
  const updateBlock = async (block: Block, w: number, g: number, update: Update): Promise<void> => {
    const { arrays, subset } = job
    const values = block.count * size()
    if (stream) {
      const slots = staged.slice(1)
      for (const [slot, address] of slots.entries()) await stream.read(slot + 1, block, address)
      apply(kernel, update, w, g, slots, values)
      for (const [slot, address] of staged.entries()) await stream.write(slot, block, address)
      return
    }
    const inArray = (first: number, length: number, from: number): void => {
      const offset = 4 * first * size()
      const slots = arrays.slots.map((address) => address + offset)
      apply(kernel, update, (arrays.weights as number) + offset, from, slots, length * size())
    }
    if (!subset) inArray(block.start, block.count, g)
    else {
      for (let lane = 0; lane < block.count; lane++) {
        inArray(subset[block.start + lane] as number, 1, g + 4 * lane * size())
      }
    }
  }

  const backward: Lane['backward'] = async ({ targets, update, ...request }) => {
    const { dimension, subCenters } = job.panels
    const { gradient } = job.arrays
    passes.begin(request)
    for (const block of [...passes.blocks].reverse()) {
      const w = await rowsOf(block)
      const g = passes.backward(block, w)
      if (g === 0) continue
      const rows = floats(g, block.count * size())
      const first = block.start * subCenters
      for (const { vector, values } of targets) {
        if (vector < first || vector >= first + block.count * subCenters) continue
        const start = (vector - first) * dimension
        for (let d = 0; d < dimension; d++) {
          rows[start + d] = (rows[start + d] as number) + (values[d] as number)
        }
      }
      if (update) await updateBlock(block, w, g, update)
      else if (gradient !== undefined) {
        floats(gradient, (block.start + block.count) * size()).set(rows, block.start * size())
      }
    }
    return passes.embeddingSums()
  }

  return { forward, backward }
}
