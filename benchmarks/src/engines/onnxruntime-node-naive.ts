import { naiveStep } from '../graphs/naive.js'
import type { Prepare } from './engine.js'
import { prepareOrtNode } from './ort-node.js'

export const prepare: Prepare = prepareOrtNode(naiveStep)
