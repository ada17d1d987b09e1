import type { Prepare } from './engine.js'
import { composed } from './tfjs-composition.js'
import { prepareOnWebGpu } from './tfjs-on-webgpu.js'

/** The composition on the same adapter. */
export const prepare: Prepare = prepareOnWebGpu(composed)
