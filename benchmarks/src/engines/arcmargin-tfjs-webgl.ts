import type { Prepare } from './engine.js'
import { prepareOnWebGl } from './tfjs-on-webgl.js'

/** The differentiable op in Chromium. */
export const prepare: Prepare = prepareOnWebGl('marginLoss')
