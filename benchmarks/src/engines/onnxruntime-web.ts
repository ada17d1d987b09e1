import { exportedStep } from '../graphs/exported.js'
import type { Prepare } from './engine.js'
import { prepareOrtWeb } from './ort-web.js'

export const prepare: Prepare = prepareOrtWeb(exportedStep)
