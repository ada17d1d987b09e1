import type { Prepare } from './engine.js'
import { prepareOnWebGl } from './tfjs-on-webgl.js'

/** The composition in Chromium. */
export const prepare: Prepare = prepareOnWebGl('composed')
