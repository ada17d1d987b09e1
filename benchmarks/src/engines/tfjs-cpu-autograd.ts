// Registers the gradients of TensorFlow.js's own ops.
import '@tensorflow/tfjs-layers'
import { version_cpu } from '@tensorflow/tfjs-backend-cpu'
import type { Prepare } from './engine.js'
import { prepareTfjs } from './tfjs.js'
import { differentiated } from './tfjs-autograd.js'

export const prepare: Prepare = prepareTfjs('cpu', version_cpu, differentiated)
