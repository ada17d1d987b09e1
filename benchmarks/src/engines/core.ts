import { marginLoss } from '@arcmargin/core'
import type { Prepare } from './engine.js'
import { prepareMarginLoss } from './margin-loss.js'

export const prepare: Prepare = prepareMarginLoss(marginLoss, Float32Array)
