import { compileKernelsAsync } from '../kernel/compile.js'
import { instantiate, type Kernel } from '../kernel/instance.js'
import { panelsOf } from '../step/shape.js'
import { HeadArrays } from './arrays.js'
import type { FusedContext } from './fused.js'
import { createLane, laneBytes } from './lane.js'
import { allocate, type HeadPlaces, placesOf } from './memory.js'
import type { WorkerStart } from './messages.js'
import { arraysOf } from './optimizer.js'
import type { MarginHeadOptions } from './options.js'
import { streamOf } from './source.js'
import { startThread, type Thread } from './thread.js'

/** What a head works with. */
export interface Parts {
  readonly kernel: Kernel
  readonly places: HeadPlaces
  readonly arrays: HeadArrays
  /** None where the calling thread computes. */
  readonly threads: readonly Thread[]
  readonly context: FusedContext
  /** Why there are fewer threads than asked for. */
  readonly notice: string | undefined
}

/** Whether memory can be shared between threads here. */
const canShare = (): boolean => typeof SharedArrayBuffer === 'function'

/**
 * Takes memory, starts threads and fills the class weights in.
 *
 * @param options that have been checked.
 */
export const setUp = async (options: MarginHeadOptions): Promise<Parts> => {
  const { classes, dimension, subCenters = 1, optimizer, source, signal } = options
  signal?.throwIfAborted()
  const asked = options.threads ?? 1
  const shared = asked > 1 && canShare()
  const kept = arraysOf(optimizer)
  const size = subCenters * dimension
  const places = placesOf(classes * size, !source, kept.length, !optimizer)
  const staged = source ? 1 + kept.length : 1
  // Room for a batch as large as the dimension; larger ones make the memory grow.
  const panels = panelsOf({ rows: dimension, dimension, subCenters, columns: classes })
  const memory = allocate(places.workspace + laneBytes(panels, staged, places, 0), shared)
  const module = await compileKernelsAsync(shared)
  const kernel = instantiate(module, memory)
  const start = { module, memory, stop: places.stop }
  const threads = shared ? await startThreads(asked, start) : []
  try {
    signal?.throwIfAborted()
    const stream = source && streamOf(kernel, source, ['weights', ...kept], subCenters, dimension)
    const context: FusedContext = {
      kernel,
      lanes: shared ? threads : [createLane(kernel, stream)],
      arrays: places,
      workspace: places.workspace,
      staged,
      cosineBudget: options.cosineBudget ?? 1 << 25,
    }
    const arrays = new HeadArrays(kernel, places, optimizer, classes, size)
    if (options.weights) arrays.fill(options.weights, dimension)
    const notice =
      asked > 1 && !shared
        ? 'one thread: SharedArrayBuffer is missing; a page has it when it is cross-origin isolated'
        : undefined
    return { kernel, places, arrays, threads, context, notice }
  } catch (error) {
    await closeAll(threads)
    throw error
  }
}

/** Starts threads; all or none. */
const startThreads = async (count: number, start: WorkerStart): Promise<readonly Thread[]> => {
  const settled = await Promise.allSettled(Array.from({ length: count }, () => startThread(start)))
  const started = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  const failed = settled.find((one) => one.status === 'rejected')
  if (!failed) return started
  await closeAll(started)
  throw failed.reason
}

/** Ends threads. */
export const closeAll = async (threads: readonly Thread[]): Promise<void> => {
  await Promise.all(threads.map((thread) => thread.close()))
}
