import { type Arena, createArena } from '../kernel/arena.js'
import type { Kernel } from '../kernel/instance.js'
import type { TargetGradient } from '../step/gradients.js'
import {
  type BackwardRequest,
  type Block,
  type CosineStore,
  createPasses,
  type PassBatch,
  type Passes,
  passBytes,
  type RowSums,
} from '../step/passes.js'
import type { Panels } from '../step/shape.js'
import { fitsGradient, gradientPlaces, keptBytes, keptPlaces } from '../step/transfer.js'
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
  /** Bytes of cosines that may be kept there, where they do not fit into the gradient. */
  readonly cosineBudget: number
}

/** The second half of a step. */
export interface BackwardJob extends BackwardRequest {
  /** Targets' part of the gradient by the lane's vectors, ascending; `start` counts from `targetValues`. */
  readonly targets: readonly TargetGradient[]
  /** Address of doubles. */
  readonly targetValues: number
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
  /** @returns address of the embeddings' sums, as {@link Passes.embeddingSums}. */
  backward(job: BackwardJob): Promise<number>
}

/** Places of a lane: staged rows for each array, then the passes. */
const places = (panels: Panels, arena: Arena, slots: number): readonly number[] => {
  const { blockColumns, subCenters, dimension } = panels
  const bytes = 4 * blockColumns * subCenters * dimension
  return Array.from({ length: slots }, () => arena.take(bytes))
}

/** Whether cosines need a budget: there is no gradient in the memory, or they do not fit into its rows. */
const needsBudget = ({ gradient }: Arrays, panels: Panels): boolean =>
  gradient === undefined || !fitsGradient(panels)

/** Bytes of working memory of a lane; `slots` counts its staged arrays. */
export const laneBytes = (
  panels: Panels,
  slots: number,
  arrays: Arrays,
  cosineBudget: number,
): number => {
  const arena = createArena(0)
  places(panels, arena, slots)
  const kept = needsBudget(arrays, panels) ? keptBytes(panels, cosineBudget) : 0
  return arena.end + passBytes(panels) + kept
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

  const storeOf = (arena: Arena): CosineStore => {
    const { panels, arrays, cosineBudget } = job
    if (!needsBudget(arrays, panels)) return gradientPlaces(panels, arrays.gradient as number)
    const bytes = keptBytes(panels, cosineBudget)
    return keptPlaces(panels, arena.take(bytes), bytes)
  }

  const forward: Lane['forward'] = async (given, pause) => {
    job = given
    const { panels, batch } = job
    const arena = createArena(job.workspace)
    staged = places(panels, arena, stream ? stream.slots : 1)
    const store = storeOf(arena)
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

  /** Adds the targets' part to the gradient of a block. */
  const addTargets = (block: Block, g: number, { targets, targetValues }: BackwardJob): void => {
    const { dimension, subCenters } = job.panels
    const [first, last] = [block.start * subCenters, (block.start + block.count) * subCenters]
    for (const { vector, start } of targets) {
      if (vector < first || vector >= last) continue
      const row = floats(g + 4 * (vector - first) * dimension, dimension)
      const own = new Float64Array(kernel.memory.buffer, targetValues + 8 * start, dimension)
      for (let d = 0; d < dimension; d++) row[d] = (row[d] as number) + (own[d] as number)
    }
  }

  const backward: Lane['backward'] = async (given) => {
    const { gradient } = job.arrays
    passes.begin(given)
    for (const block of [...passes.blocks].reverse()) {
      const w = await rowsOf(block)
      const inPlace = !given.update && gradient !== undefined
      const g = passes.backward(block, w, inPlace ? gradient + 4 * block.start * size() : undefined)
      if (g === 0) continue
      addTargets(block, g, given)
      if (given.update) await updateBlock(block, w, g, given.update)
    }
    return passes.embeddingSums
  }

  return { forward, backward }
}
