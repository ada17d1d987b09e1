import { marginLoss } from '@arcmargin/core'
import type { Prepare } from './engine.js'
import { prepareMarginLoss } from './margin-loss.js'

/** Float64 gradients of the same float32 numbers: what every engine's are compared with. */
export const prepare: Prepare = prepareMarginLoss(marginLoss, Float64Array)
