import '@arcmargin/tfjs/wasm'
import { version_cpu } from '@tensorflow/tfjs-backend-cpu'
import { marginLossStep } from './arcmargin-tfjs.js'
import type { Prepare } from './engine.js'
import { prepareTfjs } from './tfjs.js'

/** With the kernels of `@arcmargin/wasm`. */
export const prepare: Prepare = prepareTfjs('cpu', version_cpu, marginLossStep)
