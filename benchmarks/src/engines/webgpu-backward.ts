import type { Prepare } from './engine.js'
import { prepareWebGpu } from './webgpu.js'

/** Both gradients. */
export const prepare: Prepare = prepareWebGpu('backward')
