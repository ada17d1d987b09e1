import '@arcmargin/tfjs/webgpu'
import { marginLossStep } from './arcmargin-tfjs.js'
import type { Prepare } from './engine.js'
import { prepareOnWebGpu } from './tfjs-on-webgpu.js'

/** With the kernels of `@arcmargin/webgpu` on the backend's device. */
export const prepare: Prepare = prepareOnWebGpu(marginLossStep)
