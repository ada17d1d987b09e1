import type { Prepare } from './engine.js'
import { prepareWebGpu } from './webgpu.js'

/** The step where cosines do not fit into the budget: 1 MiB of them exist at a time, and each is computed twice. */
export const prepare: Prepare = prepareWebGpu('step', { cosineBudget: 2 ** 20, chunkVectors: 4096 })
