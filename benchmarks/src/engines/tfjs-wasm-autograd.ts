// Registers the gradients of TensorFlow.js's own ops.
import '@tensorflow/tfjs-layers'
import { version_wasm } from '@tensorflow/tfjs-backend-wasm'
import type { Prepare } from './engine.js'
import { prepareTfjs } from './tfjs.js'
import { differentiated } from './tfjs-autograd.js'

export const prepare: Prepare = prepareTfjs('wasm', version_wasm, differentiated)
