import type { Prepare } from './engine.js'
import { prepareWebGpu } from './webgpu.js'

/** SGD fused into the pass over the classes: dW is never stored. */
export const prepare: Prepare = prepareWebGpu('step')
