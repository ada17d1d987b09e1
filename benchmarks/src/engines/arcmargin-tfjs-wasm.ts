import '@arcmargin/tfjs/wasm'
import { version_wasm } from '@tensorflow/tfjs-backend-wasm'
import { marginLossStep } from './arcmargin-tfjs.js'
import type { Prepare } from './engine.js'
import { prepareTfjs } from './tfjs.js'

/** With the kernels of `@arcmargin/wasm`, on the calling thread. */
export const prepare: Prepare = prepareTfjs('wasm', version_wasm, marginLossStep)
