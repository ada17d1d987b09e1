import { version_wasm } from '@tensorflow/tfjs-backend-wasm'
import { marginLossStep } from './arcmargin-tfjs.js'
import type { Prepare } from './engine.js'
import { prepareTfjs } from './tfjs.js'

/** The tensor ops, which run without `@arcmargin/tfjs/wasm`. One thread: the backend has no threads in Node. */
export const prepare: Prepare = prepareTfjs('wasm', version_wasm, marginLossStep)
