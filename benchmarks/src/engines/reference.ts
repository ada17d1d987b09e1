import { prepareCore } from './core.js'
import type { Prepare } from './engine.js'

/** Float64 gradients of the same float32 numbers: what every engine's are compared with. */
export const prepare: Prepare = prepareCore(Float64Array)
