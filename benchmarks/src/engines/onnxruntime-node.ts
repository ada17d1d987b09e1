import { exportedStep } from '../graphs/exported.js'
import type { Prepare } from './engine.js'
import { prepareOrtNode } from './ort-node.js'

export const prepare: Prepare = prepareOrtNode(exportedStep)
