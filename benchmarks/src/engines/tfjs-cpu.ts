import { version_cpu } from '@tensorflow/tfjs-backend-cpu'
import type { Prepare } from './engine.js'
import { prepareTfjs } from './tfjs.js'
import { composed } from './tfjs-composition.js'

export const prepare: Prepare = prepareTfjs('cpu', version_cpu, composed)
