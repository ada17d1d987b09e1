import * as ort from 'onnxruntime-node'
import { naiveStep } from '../graphs/naive.js'
import type { Prepare } from './engine.js'
import { prepareOrt } from './ort.js'

export const prepare: Prepare = prepareOrt(
  ort,
  naiveStep,
  { 'onnxruntime-node': ort.env.versions.node ?? '' },
  true,
)
